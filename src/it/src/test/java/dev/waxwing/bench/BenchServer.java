package dev.waxwing.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.waxwing.process.ServerTrust;
import dev.waxwing.testkit.LoopbackServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;

/**
 * The loopback server in a process of its own. Argument: a folder, into which it writes what clients need to trust it.
 * Says {@code listening <uri>}; takes {@code scan <account> <QR text>} and {@code heap}.
 */
final class BenchServer {

    private BenchServer() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        try (LoopbackServer server = LoopbackServer.start()) {
            ServerTrust.write(server, folder);
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
