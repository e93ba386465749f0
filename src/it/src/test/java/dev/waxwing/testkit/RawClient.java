package dev.waxwing.testkit;

import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeCodec;
import dev.waxwing.internal.noise.CertificateVerifier;
import dev.waxwing.internal.noise.FrameLengthCodec;
import dev.waxwing.internal.noise.NoiseClientHandshake;
import dev.waxwing.internal.noise.NoiseClientHandshakeHandler;
import dev.waxwing.internal.transport.TlsTrust;
import dev.waxwing.internal.transport.TransportConfig;
import dev.waxwing.internal.transport.WebSocketTransport;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.wa6.ClientPayload;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A connection that does no more than it is told: the lower half of a client, and a queue of what the server sent. */
final class RawClient implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<Node> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Throwable> broken = new CompletableFuture<>();
    private final NoiseClientHandshakeHandler handshake;
    private final CompletableFuture<WebSocketTransport> transport;
    private int lastId;

    private RawClient(LoopbackServer server, RawCredentials credentials, ClientPayload payload) {
        CertificateVerifier verifier = new CertificateVerifier(server.noiseRootPublicKey(), Clock.systemUTC());
        handshake = new NoiseClientHandshakeHandler(
                new NoiseClientHandshake(credentials.noise(), verifier, payload.toByteArray()), TIMEOUT);
        TransportConfig config = TransportConfig.builder()
                .uri(server.uri())
                .trust(TlsTrust.certificates(server.caCertificate()))
                .build();
        transport = WebSocketTransport.connect(
                config,
                group.next(),
                Runnable::run,
                FrameLengthCodec.client(null),
                handshake,
                new NodeCodec(),
                new SimpleChannelInboundHandler<Node>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, Node node) {
                        received.add(node);
                    }

                    @Override
                    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                        broken.complete(cause);
                    }
                });
    }

    /** Connects and begins the handshake, whatever becomes of it. */
    static RawClient open(LoopbackServer server, RawCredentials credentials, ClientPayload payload) {
        return new RawClient(server, credentials, payload);
    }

    static RawClient register(LoopbackServer server, RawCredentials credentials) throws Exception {
        RawClient client = open(server, credentials, credentials.registration());
        client.awaitHandshake();
        return client;
    }

    static RawClient login(LoopbackServer server, RawCredentials credentials, Jid device) throws Exception {
        RawClient client = open(server, credentials, credentials.login(device));
        client.awaitHandshake();
        return client;
    }

    void awaitHandshake() throws Exception {
        handshake.done().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    Throwable handshakeFailure() throws InterruptedException, TimeoutException {
        try {
            handshake.done().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return e.getCause();
        }
        throw new AssertionError("the handshake succeeded");
    }

    /** The next stanza of a tag; those before it are dropped. */
    Node next(String tag) throws InterruptedException {
        while (true) {
            Node node = received.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            if (node == null) {
                throw new AssertionError("no <" + tag + "> came");
            }
            if (node.tag().equals(tag)) {
                return node;
            }
        }
    }

    /** The stanzas that are here already and were not asked for. */
    BlockingQueue<Node> received() {
        return received;
    }

    void send(Node node) {
        transport.join().channel().writeAndFlush(node);
    }

    /** Sends a question and waits for its answer; stanzas before it are dropped. */
    Node ask(Node.Builder iq) throws InterruptedException {
        String id = "raw-" + ++lastId;
        send(iq.attr("id", id).build());
        while (true) {
            Node answer = next("iq");
            if (id.equals(answer.attr("id"))) {
                return answer;
            }
        }
    }

    static Node.Builder iq(String type, String xmlns) {
        return Node.builder("iq").attr("to", Jid.SERVER).attr("type", type).attr("xmlns", xmlns);
    }

    void becomeActive() throws InterruptedException {
        ask(iq("set", "passive").child(Node.builder("active").build()));
    }

    WaxwingException awaitClosed() throws Exception {
        return transport.join().closed().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    boolean isOpen() {
        return transport.join().channel().isActive();
    }

    /** What went wrong inside the pipeline. */
    Throwable awaitBroken() throws Exception {
        return broken.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Whether something went wrong inside the pipeline so far. */
    boolean isBroken() {
        return broken.isDone();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, TIMEOUT.toSeconds(), TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
