package dev.waxwing.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.waxwing.testkit.LoopbackServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * The loopback server in a process of its own. Argument: a folder, into which it writes {@code ca.pem} and {@code root.key}.
 * Says {@code listening <uri>}; takes {@code scan <account> <QR text>} and {@code heap}.
 */
final class BenchServer {

    private BenchServer() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        try (LoopbackServer server = LoopbackServer.start()) {
            Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
            Files.writeString(
                    folder.resolve("ca.pem"),
                    "-----BEGIN CERTIFICATE-----\n"
                            + lines.encodeToString(server.caCertificate().getEncoded())
                            + "\n-----END CERTIFICATE-----\n");
            Files.write(folder.resolve("root.key"), server.noiseRootPublicKey());
            System.out.println("listening " + server.uri());
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                String[] words = line.split(" ", 3);
                switch (words[0]) {
                    case "scan" -> server.phone(words[1]).scanQr(words[2]);
                    case "heap" -> System.out.println("heap " + UsedHeap.bytes());
                    default -> throw new IllegalArgumentException("no command " + words[0]);
                }
            }
        }
    }
}
