package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.noise.CertificateVerifier;
import dev.waxwing.internal.noise.NoiseClientHandshake;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The WebSocket and the byte stream inside it, spoken by hand over the cleartext port. */
final class TransportTest {

    private static final int BINARY = 0x82;
    private static final int TEXT = 0x81;
    private static final int PING = 0x89;
    private static final int PONG = 0x8a;
    private static final int CLOSE = 0x88;
    private static final byte[] HEADER = {0x57, 0x41, 6, 3};

    private LoopbackServer server;
    private Socket socket;
    private DataInputStream in;
    private OutputStream out;

    @BeforeEach
    void connect() throws IOException {
        server = LoopbackServer.start();
        socket = new Socket(
                InetAddress.getLoopbackAddress(), server.cleartextUri().getPort());
        socket.setSoTimeout(20_000);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        server.close();
    }

    @Test
    void givenExtensionsAndAnyOrigin_whenUpgrading_thenExtensionsAreDeclined() throws IOException {
        List<String> answer = upgrade(
                "/ws/chat?ED=abc", "Origin: https://example.com", "Sec-WebSocket-Extensions: permessage-deflate");

        assertThat(answer.get(0)).contains("101");
        assertThat(answer).noneMatch(line -> line.toLowerCase().startsWith("sec-websocket-extensions"));
    }

    @Test
    void givenAnotherPath_whenUpgrading_thenThereIsNothing() throws IOException {
        assertThat(upgrade("/elsewhere").get(0)).contains("404");
    }

    @Test
    void givenPingAndText_whenSent_thenThePingIsAnsweredAndTheTextIgnored() throws IOException {
        upgrade("/ws/chat");
        send(TEXT, "hello".getBytes(StandardCharsets.UTF_8));
        send(PING, new byte[] {1, 2, 3});

        assertThat(in.readUnsignedByte()).isEqualTo(PONG);
        assertThat(payload()).containsExactly(1, 2, 3);
    }

    @Test
    void givenCloseFrame_whenSent_thenItIsAnsweredAndTheSocketCloses() throws IOException {
        upgrade("/ws/chat");
        send(CLOSE, new byte[] {0x03, (byte) 0xe8});

        assertThat(in.readUnsignedByte()).isEqualTo(CLOSE);
        payload();
        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void givenStreamWithoutIntro_whenSent_thenTheSocketCloses() throws IOException {
        upgrade("/ws/chat");
        send(BINARY, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void givenGarbageForAHandshake_whenSent_thenTheSocketCloses() throws IOException {
        upgrade("/ws/chat");
        send(BINARY, join(HEADER, frame(new byte[] {1, 2, 3, 4})));

        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void givenRoutingIntroAndEmptyFrames_whenEachByteIsAMessage_thenTheHelloIsAnswered() throws IOException {
        NoiseClientHandshake handshake = new NoiseClientHandshake(
                Curve25519.generate(),
                new CertificateVerifier(server.noiseRootPublicKey(), Clock.systemUTC()),
                RawCredentials.fresh("Alice").registration().toByteArray());
        byte[] routing = HexFormat.of().parseHex("45440001000003aabbcc");
        byte[] stream = join(routing, HEADER, new byte[3], frame(handshake.clientHello()));
        upgrade("/ws/chat");
        for (byte b : stream) {
            send(BINARY, new byte[] {b});
        }

        byte[] hello = frameOf(message());
        assertThat(handshake.onServerHello(hello)).isNotEmpty();
    }

    @Test
    void givenFragmentedMessage_whenSent_thenItIsOneStream() throws IOException {
        NoiseClientHandshake handshake = new NoiseClientHandshake(
                Curve25519.generate(),
                new CertificateVerifier(server.noiseRootPublicKey(), Clock.systemUTC()),
                RawCredentials.fresh("Alice").registration().toByteArray());
        byte[] stream = join(HEADER, frame(handshake.clientHello()));
        upgrade("/ws/chat");
        send(0x02, Arrays.copyOf(stream, 10));
        send(0x80, Arrays.copyOfRange(stream, 10, stream.length));

        assertThat(message()).isNotEmpty();
    }

    private List<String> upgrade(String path, String... headers) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + String.join("\r\n", headers) + (headers.length == 0 ? "" : "\r\n") + "\r\n";
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith("\r\n\r\n")) {
            answer.append((char) in.readUnsignedByte());
        }
        return answer.toString().lines().toList();
    }

    /** Masked, as a client must; the mask is all zeros. */
    private void send(int opcode, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 8);
        frame.put((byte) opcode);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        frame.putInt(0).put(payload);
        out.write(frame.array(), 0, frame.position());
    }

    private byte[] message() throws IOException {
        assertThat(in.readUnsignedByte()).isEqualTo(BINARY);
        return payload();
    }

    private byte[] payload() throws IOException {
        int length = in.readUnsignedByte();
        byte[] payload = new byte[length == 126 ? in.readUnsignedShort() : length];
        in.readFully(payload);
        return payload;
    }

    private static byte[] frame(byte[] payload) {
        return ByteBuffer.allocate(3 + payload.length)
                .put((byte) 0)
                .putShort((short) payload.length)
                .put(payload)
                .array();
    }

    private static byte[] frameOf(byte[] stream) {
        return Arrays.copyOfRange(stream, 3, stream.length);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
