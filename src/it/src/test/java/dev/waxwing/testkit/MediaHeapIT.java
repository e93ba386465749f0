package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waxwing.process.SteeredProcess;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file of 1 GiB goes to the media host and comes back, through 64 MB of heap and as much beside it. */
final class MediaHeapIT {

    private static final int PIECE = 1 << 16;
    private static final long LENGTH = 1L << 30;

    @TempDir
    private Path temporary;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void givenServerOfASmallHeap_whenALargeFilePasses_thenItIsWhole() throws Exception {
        byte[] hash = hashOfTheFile();
        List<String> command = SteeredProcess.java(
                temporary, List.of("-Xmx64m", "-XX:MaxDirectMemorySize=64m"), MediaHeapServer.class);
        try (SteeredProcess server = SteeredProcess.start("media server", Map.of(), command)) {
            int port = Integer.parseInt(server.await("listening"));

            String directPath = upload(port, hash);
            byte[] received = hashOfTheDownload(port, directPath);

            assertThat(received).isEqualTo(hash);
        }
    }

    private static byte[] hashOfTheFile() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (long at = 0; at < LENGTH; at += PIECE) {
            digest.update(piece(at));
        }
        return digest.digest();
    }

    /** No two pieces of the file are alike. */
    private static byte[] piece(long at) {
        return ByteBuffer.allocate(PIECE).putLong(at).putLong(~at).array();
    }

    private static String upload(int port, byte[] hash) throws Exception {
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /mms/document/" + token + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                            + "Content-Length: " + LENGTH + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            for (long at = 0; at < LENGTH; at += PIECE) {
                out.write(piece(at));
            }
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(answer.readLine()).startsWith("HTTP/1.1 200");
            String last = "";
            for (String line = answer.readLine(); line != null; line = answer.readLine()) {
                last = line;
            }
            return new ObjectMapper().readTree(last).path("direct_path").asText();
        }
    }

    private static byte[] hashOfTheDownload(int port, String directPath) throws Exception {
        HttpResponse<InputStream> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + directPath))
                                .build(),
                        BodyHandlers.ofInputStream());
        assertThat(answer.headers().firstValueAsLong("content-length")).hasValue(LENGTH);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] buffer = new byte[PIECE];
        try (InputStream in = answer.body()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return digest.digest();
    }
}
