package dev.waxwing.scale;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.process.SteeredProcess;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Row M3: a server that sends WebSocket pings and reads no answer, to a client whose whole heap is 256 MB. {@code
 * waxwing.pings} says how many; the answers to two million would take as much as that heap. {@code docs/security.md}
 * has the figures.
 */
final class PingFloodIT {

    private static final int PINGS = Integer.getInteger("waxwing.pings", 200_000);
    private static final int PARTS = 10;

    /** The longest that a ping may carry. */
    private static final int PING_BYTES = 125;

    /** What is in use after a collection differs by this much from one time to the next; kept answers are no part. */
    private static final long SLACK = 6L << 20;

    private static final String WEBSOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int PONG = 0x8a;

    @TempDir
    private Path folder;

    @Test
    void m3_givenServerThatReadsNothing_whenItSendsPings_thenTheHeapStaysAsItIs() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SteeredProcess client = SteeredProcess.start(
                        "client",
                        Map.of(),
                        SteeredProcess.java(
                                folder,
                                List.of("-Xmx256m"),
                                PingFloodClient.class,
                                "ws://127.0.0.1:" + listener.getLocalPort() + "/ws/chat"));
                Socket connection = listener.accept()) {
            DataInputStream in = new DataInputStream(connection.getInputStream());
            OutputStream out = new BufferedOutputStream(connection.getOutputStream(), 1 << 16);
            upgrade(in, out);
            pings(out, 0, PINGS / PARTS); // so that every class is loaded and the line is full
            long before = heap(client);
            List<Long> during = new ArrayList<>();
            for (int part = 1; part <= PARTS; part++) {
                pings(out, part * (PINGS / PARTS), PINGS / PARTS);
                during.add(heap(client));
            }

            int newest = PINGS / PARTS * (PARTS + 1) - 1;
            awaitPong(in, newest);
            System.out.printf(
                    "%d pings of %d bytes, -Xmx256m: heap %,d B before, %,d to %,d during, %,d after%n",
                    PINGS, PING_BYTES, before, Collections.min(during), Collections.max(during), heap(client));
            assertThat(during).allSatisfy(used -> assertThat(used).isLessThan(before + SLACK));
        }
    }

    private static long heap(SteeredProcess client) throws Exception {
        client.tell("heap");
        return Long.parseLong(client.await("heap"));
    }

    private static void upgrade(DataInputStream in, OutputStream out) throws Exception {
        StringBuilder request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
            request.append((char) in.readUnsignedByte());
        }
        String key = request.toString()
                .lines()
                .filter(line -> line.toLowerCase().startsWith("sec-websocket-key:"))
                .findFirst()
                .orElseThrow()
                .split(":", 2)[1]
                .strip();
        byte[] accept = MessageDigest.getInstance("SHA-1").digest((key + WEBSOCKET).getBytes(US_ASCII));
        out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(accept) + "\r\n\r\n")
                .getBytes(US_ASCII));
        out.flush();
    }

    /** Each begins with its number. */
    private static void pings(OutputStream out, int first, int count) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(2 + PING_BYTES).put((byte) 0x89).put((byte) PING_BYTES);
        for (int i = first; i < first + count; i++) {
            out.write(frame.putInt(2, i).array());
        }
        out.flush();
    }

    /** Reads, at last, what the client has answered; the newest ping's answer is the last one. */
    private static void awaitPong(DataInputStream in, int number) throws IOException {
        int answered = -1;
        while (answered != number) {
            int kind = in.readUnsignedByte();
            int length = in.readUnsignedByte() & 0x7f;
            if (length == 126) {
                length = in.readUnsignedShort();
            }
            int mask = in.readInt();
            ByteBuffer payload = ByteBuffer.wrap(in.readNBytes(length));
            if (kind == PONG) {
                answered = payload.getInt() ^ mask;
            }
        }
    }
}
