package dev.waxwing.internal.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ProxyRefusedException;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.error.WaxwingException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class WebSocketTransportTest {

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Bytes bytes = new Bytes();

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 5, SECONDS).syncUninterruptibly();
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
    }

    @Test
    void givenTrustedCertificate_whenConnected_thenBytesGoBothWays() throws Exception {
        X509Bundle authority = WebSocketServer.authority();
        try (WebSocketServer server = WebSocketServer.tls(WebSocketServer.certificateFor(authority, "localhost"))) {
            WebSocketTransport transport = open(TransportConfig.builder()
                    .uri(server.uri("localhost"))
                    .trust(TlsTrust.certificates(authority.getCertificate())));

            transport.channel().writeAndFlush(Unpooled.wrappedBuffer(new byte[] {1, 2}));
            assertThat(server.next()).isEqualTo("0102");
            server.send(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {3})));
            assertThat(bytes.next()).isEqualTo("03");
            transport.close().get(20, SECONDS);
        }
    }

    @Test
    void givenDefaults_whenConnected_thenHeadersAreThoseOfTheWebClient() throws Exception {
        try (WebSocketServer server = WebSocketServer.plain()) {
            open(TransportConfig.builder()
                    .uri(server.uri("127.0.0.1"))
                    .header("X-Extra", "1")
                    .routingHint(new byte[] {(byte) 0xfb, (byte) 0xff}));

            assertThat(server.headers.get(20, SECONDS))
                    .containsEntry("origin", "https://web.whatsapp.com")
                    .containsEntry("cache-control", "no-cache")
                    .containsEntry("pragma", "no-cache")
                    .containsEntry("x-extra", "1")
                    .doesNotContainKeys("user-agent", "sec-websocket-extensions");
            assertThat(server.path.get(20, SECONDS)).isEqualTo("/ws/chat?ED=-_8");
        }
    }

    @Test
    void givenOtherRoot_whenConnecting_thenNotTrusted() throws Exception {
        try (WebSocketServer server =
                WebSocketServer.tls(WebSocketServer.certificateFor(WebSocketServer.authority(), "localhost"))) {
            assertThat(failure(TransportConfig.builder()
                            .uri(server.uri("localhost"))
                            .trust(TlsTrust.certificates(
                                    WebSocketServer.authority().getCertificate()))))
                    .isInstanceOf(ServerNotTrustedException.class);
            assertThat(failure(TransportConfig.builder().uri(server.uri("localhost"))))
                    .as("roots of the platform")
                    .isInstanceOf(ServerNotTrustedException.class);
        }
    }

    @Test
    void givenCertificateForAnotherName_whenConnecting_thenNotTrusted() throws Exception {
        X509Bundle authority = WebSocketServer.authority();
        try (WebSocketServer server =
                WebSocketServer.tls(WebSocketServer.certificateFor(authority, "other.waxwing.test"))) {
            assertThat(failure(TransportConfig.builder()
                            .uri(server.uri("localhost"))
                            .trust(TlsTrust.factory(authority.toTrustManagerFactory()))))
                    .isInstanceOf(ServerNotTrustedException.class);
        }
    }

    @Test
    void givenServerWithoutTls_whenConnecting_thenConnectionLost() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<WebSocketTransport> connecting = connect(
                    TransportConfig.builder().uri(URI.create("wss://127.0.0.1:" + server.getLocalPort() + "/")));
            try (var socket = server.accept()) {
                socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
                assertThat(failure(connecting))
                        .isInstanceOf(ConnectionLostException.class)
                        .hasMessageContaining("TLS");
            }
        }
    }

    @Test
    void givenUpgradeRefused_whenConnecting_thenStatusAndWaitAreTold() throws Exception {
        try (WebSocketServer server = WebSocketServer.answering((ctx, request) -> {
            var refusal = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    Unpooled.wrappedBuffer(new byte[100_000]));
            refusal.headers().set("content-length", 100_000).set("retry-after", "7");
            ctx.writeAndFlush(refusal);
        })) {
            assertThat(failure(TransportConfig.builder().uri(server.uri("127.0.0.1"))))
                    .isInstanceOfSatisfying(ServerRefusedException.class, refused -> {
                        assertThat(refused.code()).isEqualTo(503);
                        assertThat(refused.text()).isEqualTo("Service Unavailable");
                        assertThat(refused.backoff()).contains(Duration.ofSeconds(7));
                    });
        }
    }

    @Test
    void givenUpgradeWithWrongProof_whenConnecting_thenProtocolViolation() throws Exception {
        try (WebSocketServer server = WebSocketServer.answering((ctx, request) -> {
            var answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
            answer.headers()
                    .set("upgrade", "websocket")
                    .set("connection", "upgrade")
                    .set("sec-websocket-accept", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
            ctx.writeAndFlush(answer);
        })) {
            assertThat(failure(TransportConfig.builder().uri(server.uri("127.0.0.1"))))
                    .isInstanceOf(ProtocolViolationException.class);
        }
    }

    @Test
    void givenServerThatIsNotHttp_whenConnecting_thenTypedFailure() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<WebSocketTransport> connecting =
                    connect(TransportConfig.builder().uri(URI.create("ws://127.0.0.1:" + server.getLocalPort() + "/")));
            try (var socket = server.accept()) {
                socket.getOutputStream().write(new byte[] {0, 1, 2, '\r', '\n', '\r', '\n'});
                assertThat(failure(connecting)).isInstanceOf(WaxwingException.class);
            }
        }
    }

    @Test
    void givenSilentServer_whenTimeIsUp_thenConnectionLost() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI uri = URI.create("wss://127.0.0.1:" + server.getLocalPort() + "/");

            WaxwingException failure =
                    failure(TransportConfig.builder().uri(uri).connectTimeout(Duration.ofMillis(150)));

            assertThat(failure).isInstanceOf(ConnectionLostException.class).hasMessageContaining("not open within");
            try (var socket = server.accept()) {
                // The attempt is abandoned: what comes is the client's hello, then the end.
                assertThat(socket.getInputStream().readAllBytes()).isNotNull();
            }
        }
    }

    @Test
    void givenNobodyListens_whenConnecting_thenConnectionLost() throws Exception {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }

        assertThat(failure(TransportConfig.builder().uri(URI.create("ws://127.0.0.1:" + port + "/"))))
                .isInstanceOf(ConnectionLostException.class);
    }

    @Test
    void givenAttemptUnderWay_whenCancelled_thenItsSocketIsClosed() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<WebSocketTransport> connecting =
                    connect(TransportConfig.builder().uri(URI.create("ws://127.0.0.1:" + server.getLocalPort() + "/")));
            try (var socket = server.accept()) {
                connecting.cancel(true);

                assertThat(socket.getInputStream().readAllBytes()).isNotNull();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ProxyConfig.Kind.class)
    void givenProxyWithCredentials_whenConnected_thenTheProxyResolvesTheNameAndTlsGoesThrough(ProxyConfig.Kind kind)
            throws Exception {
        X509Bundle authority = WebSocketServer.authority();
        try (WebSocketServer server =
                        WebSocketServer.tls(WebSocketServer.certificateFor(authority, "server.waxwing.test"));
                ForwardProxy proxy = new ForwardProxy(server.port(), "user", "secret")) {
            WebSocketTransport transport = open(TransportConfig.builder()
                    .uri(server.uri("server.waxwing.test"))
                    .trust(TlsTrust.certificates(authority.getCertificate()))
                    .proxy(new ProxyConfig(kind, "127.0.0.1", proxy.port(), "user", "secret")));

            transport.channel().writeAndFlush(Unpooled.wrappedBuffer(new byte[] {9}));

            assertThat(server.next()).isEqualTo("09");
            assertThat(proxy.asked).containsExactly("server.waxwing.test:" + server.port());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP_CONNECT,true,407",
        "HTTP_CONNECT,false,407",
        "SOCKS5,true,authStatus: UNKNOWN(1)",
        "SOCKS5,false,authStatus: UNKNOWN(1)"
    })
    void b30_givenWrongCredentials_whenConnecting_thenTheProxyAndItsAnswerAreNamedAndServerNeverReached(
            ProxyConfig.Kind kind, boolean secure, String answer) throws Exception {
        try (WebSocketServer server = WebSocketServer.plain();
                ForwardProxy proxy = new ForwardProxy(server.port(), "user", "secret")) {
            assertProxyRefuses(kind, secure, server, proxy, "guess", answer);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP_CONNECT,true,status: 502 Bad Gateway",
        "HTTP_CONNECT,false,status: 502 Bad Gateway",
        "SOCKS5,true,status: HOST_UNREACHABLE",
        "SOCKS5,false,status: HOST_UNREACHABLE"
    })
    void b30_givenProxyThatDoesNotReachTheServer_whenConnecting_thenTheProxyAndItsAnswerAreNamed(
            ProxyConfig.Kind kind, boolean secure, String answer) throws Exception {
        try (WebSocketServer server = WebSocketServer.plain();
                ForwardProxy proxy = new ForwardProxy(server.port(), "user", "secret")) {
            proxy.reachesServer = false;
            assertProxyRefuses(kind, secure, server, proxy, "secret", answer);
        }
    }

    private void assertProxyRefuses(
            ProxyConfig.Kind kind,
            boolean secure,
            WebSocketServer server,
            ForwardProxy proxy,
            String password,
            String answer)
            throws Exception {
        URI uri = URI.create((secure ? "wss" : "ws") + "://server.waxwing.test:" + server.port() + "/");
        WaxwingException failure = failure(TransportConfig.builder()
                .uri(uri)
                .proxy(new ProxyConfig(kind, "127.0.0.1", proxy.port(), "user", password)));

        assertThat(failure).isInstanceOfSatisfying(ProxyRefusedException.class, refused -> {
            assertThat(refused.proxy()).isEqualTo("127.0.0.1:" + proxy.port());
            assertThat(refused.answer()).contains(answer);
            assertThat(refused)
                    .hasMessageContaining("127.0.0.1:" + proxy.port())
                    .hasMessageContaining(answer);
            assertThat(refused.getMessage()).doesNotContain(password);
        });
        assertThat(server.headers).isNotDone();
    }

    @Test
    void givenPartsTextAndPings_whenReceived_thenOnlyBinaryBytesComeThroughAndPingsAreAnswered() throws Exception {
        try (WebSocketServer server = WebSocketServer.plain()) {
            open(TransportConfig.builder().uri(server.uri("127.0.0.1")));

            server.send(new BinaryWebSocketFrame(false, 0, Unpooled.wrappedBuffer(new byte[] {1})));
            server.send(new PingWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {7})));
            server.send(new ContinuationWebSocketFrame(true, 0, Unpooled.wrappedBuffer(new byte[] {2, 3})));
            server.send(new TextWebSocketFrame(false, 0, "tex"));
            server.send(new ContinuationWebSocketFrame(true, 0, "t"));
            server.send(new BinaryWebSocketFrame(Unpooled.EMPTY_BUFFER));
            server.send(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {4})));

            assertThat(List.of(bytes.next(), bytes.next(), bytes.next())).containsExactly("01", "0203", "04");
            assertThat(server.next()).isEqualTo("PongWebSocketFrame 07");
        }
    }

    @Test
    void givenMessageOverTheBound_whenReceivedInParts_thenClosedWithReason() throws Exception {
        try (WebSocketServer server = WebSocketServer.plain()) {
            WebSocketTransport transport = open(TransportConfig.builder()
                    .uri(server.uri("127.0.0.1"))
                    .closeTimeout(Duration.ofMillis(100))
                    .maxMessageBytes(1024));

            server.send(new BinaryWebSocketFrame(false, 0, Unpooled.wrappedBuffer(new byte[1000])));
            server.send(new ContinuationWebSocketFrame(true, 0, Unpooled.wrappedBuffer(new byte[25])));

            assertThat(transport.closed().get(20, SECONDS)).isInstanceOf(ProtocolViolationException.class);
            assertThat(server.next()).as("1009").startsWith("CloseWebSocketFrame 03f1");
        }
    }

    @Test
    void givenFrameOverTheBound_whenAnnounced_thenClosedWithReason() throws Exception {
        try (WebSocketServer server = WebSocketServer.plain()) {
            WebSocketTransport transport =
                    open(TransportConfig.builder().uri(server.uri("127.0.0.1")).maxMessageBytes(1024));

            server.send(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[1025])));

            assertThat(transport.closed().get(20, SECONDS)).isInstanceOf(ProtocolViolationException.class);
        }
    }

    @Test
    void givenServerCloses_whenReceived_thenEchoedAndStatusTold() throws Exception {
        try (WebSocketServer server = WebSocketServer.plain()) {
            WebSocketTransport transport = open(TransportConfig.builder().uri(server.uri("127.0.0.1")));

            server.send(new CloseWebSocketFrame(1001, "going away"));

            assertThat(transport.closed().get(20, SECONDS))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("1001");
            assertThat(server.next()).isEqualTo("CloseWebSocketFrame 03e9");
        }
    }

    @Test
    void givenServerCutsTheLine_whenNoticed_thenConnectionLost() throws Exception {
        try (WebSocketServer server = WebSocketServer.plain()) {
            WebSocketTransport transport = open(TransportConfig.builder().uri(server.uri("127.0.0.1")));

            server.client.get(20, SECONDS).close();

            assertThat(transport.closed().get(20, SECONDS)).isInstanceOf(ConnectionLostException.class);
        }
    }

    @Test
    void givenOpen_whenClosed_thenCloseFrameThenSocket() throws Exception {
        try (WebSocketServer server = WebSocketServer.plain()) {
            WebSocketTransport transport = open(TransportConfig.builder()
                    .uri(server.uri("127.0.0.1"))
                    // The server of this test does not answer: the bound ends it.
                    .closeTimeout(Duration.ofMillis(100)));

            assertThat(transport.close().get(20, SECONDS)).isInstanceOf(SocketClosedException.class);

            assertThat(server.next()).isEqualTo("CloseWebSocketFrame 03e8");
            assertThat(server.next()).isEqualTo("closed");
            assertThat(transport
                            .channel()
                            .writeAndFlush(Unpooled.wrappedBuffer(new byte[1]))
                            .awaitUninterruptibly()
                            .isSuccess())
                    .isFalse();
            assertThat(transport.close().get(20, SECONDS)).isInstanceOf(SocketClosedException.class);
        }
    }

    @Test
    void givenOpen_whenAborted_thenClosedWithThatReason() throws Exception {
        try (WebSocketServer server = WebSocketServer.plain()) {
            WebSocketTransport transport = open(TransportConfig.builder().uri(server.uri("127.0.0.1")));
            ProtocolViolationException reason = new ProtocolViolationException("test");

            transport.abort(reason);

            assertThat(transport.closed().get(20, SECONDS)).isSameAs(reason);
            assertThat(server.next()).isEqualTo("closed");
        }
    }

    @Test
    void givenBytesThatWait_whenOverTheMark_thenUnwritableUntilTheyAreGone() throws Exception {
        try (WebSocketServer server = WebSocketServer.plain()) {
            WebSocketTransport transport =
                    open(TransportConfig.builder().uri(server.uri("127.0.0.1")).writeBufferWaterMarks(16, 64));

            transport.channel().write(Unpooled.wrappedBuffer(new byte[256]));
            transport.channel().eventLoop().submit(() -> {}).get(20, SECONDS);
            assertThat(transport.isWritable()).isFalse();
            transport.channel().flush();

            assertThat(bytes.writable.get(20, SECONDS)).isTrue();
            assertThat(server.next()).hasSize(512);
        }
    }

    @Test
    void givenReadingStopped_whenServerSends_thenNothingComesUntilItGoesOn() throws Exception {
        try (WebSocketServer server = WebSocketServer.plain()) {
            WebSocketTransport transport = open(TransportConfig.builder().uri(server.uri("127.0.0.1")));
            transport.reading(false);
            transport.channel().eventLoop().submit(() -> {}).get(20, SECONDS);

            server.send(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {1})));
            server.client.join().eventLoop().submit(() -> {}).get(20, SECONDS);
            transport.channel().eventLoop().submit(() -> {}).get(20, SECONDS);
            int before = bytes.received.size();
            transport.reading(true);

            // One read may have been under way when reading stopped.
            assertThat(before).isLessThanOrEqualTo(1);
            assertThat(bytes.next()).isEqualTo("01");
        }
    }

    @Test
    void givenProxyAndConfig_whenPrinted_thenNoSecret() {
        ProxyConfig proxy = ProxyConfig.socks5("proxy.example", 1080).withCredentials("user-name", "pass-word");
        TransportConfig config = TransportConfig.builder()
                .routingHint(new byte[] {1, 2, 3})
                .proxy(proxy)
                .build();

        assertThat(config.toString())
                .contains("web.whatsapp.com", "proxy.example")
                .doesNotContain("user-name", "pass-word", "ED=");
    }

    @Test
    void givenWrongValues_whenConfigured_thenRefusedByName() {
        assertThatThrownBy(() -> TransportConfig.builder().uri(URI.create("https://example.org/")))
                .hasMessageContaining("uri");
        assertThatThrownBy(() -> TransportConfig.builder().connectTimeout(Duration.ZERO))
                .hasMessageContaining("connectTimeout");
        assertThatThrownBy(() -> TransportConfig.builder().writeBufferWaterMarks(2, 1))
                .hasMessageContaining("marks");
        assertThatThrownBy(() -> ProxyConfig.http("", 1)).hasMessageContaining("host");
        assertThatThrownBy(() -> ProxyConfig.http("h", 0)).hasMessageContaining("port");
        assertThatThrownBy(() -> new ProxyConfig(ProxyConfig.Kind.SOCKS5, "h", 1, "user", null))
                .hasMessageContaining("together");
        assertThatThrownBy(TlsTrust::certificates).hasMessageContaining("roots");
    }

    private CompletableFuture<WebSocketTransport> connect(TransportConfig.Builder config) {
        return WebSocketTransport.connect(config.build(), group.next(), Runnable::run, bytes);
    }

    private WebSocketTransport open(TransportConfig.Builder config) throws Exception {
        return connect(config).get(20, SECONDS);
    }

    private WaxwingException failure(TransportConfig.Builder config) throws Exception {
        return failure(connect(config));
    }

    private static WaxwingException failure(CompletableFuture<WebSocketTransport> connecting) throws Exception {
        try {
            connecting.get(20, SECONDS);
        } catch (ExecutionException e) {
            return (WaxwingException) e.getCause();
        }
        throw new IOException("connected, which should have failed");
    }

    /** The upper handler of these tests. */
    private static final class Bytes extends ChannelInboundHandlerAdapter {

        final BlockingQueue<String> received = new LinkedBlockingQueue<>();
        final CompletableFuture<Boolean> writable = new CompletableFuture<>();

        String next() throws InterruptedException {
            return received.poll(20, TimeUnit.SECONDS);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            received.add(ByteBufUtil.hexDump(bytes));
            bytes.release();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (ctx.channel().isWritable()) {
                writable.complete(true);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            assertThat(cause).isInstanceOf(WaxwingException.class);
        }
    }
}
