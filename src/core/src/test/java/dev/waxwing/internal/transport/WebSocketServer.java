package dev.waxwing.internal.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.ReferenceCounted;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A small server on the loopback address that the test tells what to do. */
final class WebSocketServer implements AutoCloseable {

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final @Nullable SslContext tls;
    private final BiConsumer<ChannelHandlerContext, FullHttpRequest> onRequest;
    private final Channel listener;

    /** The headers of the first request, names in lower case. */
    final CompletableFuture<Map<String, String>> headers = new CompletableFuture<>();

    final CompletableFuture<String> path = new CompletableFuture<>();

    /** The connection, once upgraded. */
    final CompletableFuture<Channel> client = new CompletableFuture<>();

    /** What the client sent: the class of each frame and its content in hex. */
    final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    private WebSocketServer(@Nullable SslContext tls, BiConsumer<ChannelHandlerContext, FullHttpRequest> onRequest) {
        this.tls = tls;
        this.onRequest = onRequest;
        this.listener = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    static WebSocketServer plain() {
        return new WebSocketServer(null, WebSocketServer::upgrade);
    }

    static WebSocketServer tls(X509Bundle certificate) throws Exception {
        return new WebSocketServer(
                SslContextBuilder.forServer(certificate.toKeyManagerFactory()).build(), WebSocketServer::upgrade);
    }

    static WebSocketServer answering(BiConsumer<ChannelHandlerContext, FullHttpRequest> onRequest) {
        return new WebSocketServer(null, onRequest);
    }

    static X509Bundle authority() throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=Test CA")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    static X509Bundle certificateFor(X509Bundle authority, String dnsName) throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=test server")
                .addSanDnsName(dnsName)
                .buildIssuedBy(authority);
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    URI uri(String host) {
        return URI.create((tls == null ? "ws://" : "wss://") + host + ":" + port() + "/ws/chat");
    }

    String next() throws InterruptedException {
        return received.poll(20, TimeUnit.SECONDS);
    }

    void send(WebSocketFrame frame) {
        client.join().writeAndFlush(frame);
    }

    private void accept(Channel channel) {
        if (tls != null) {
            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
        }
        channel.pipeline()
                .addLast(new HttpServerCodec(), new HttpObjectAggregator(8192))
                .addLast(new SimpleChannelInboundHandler<FullHttpRequest>(false) {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
                        headers.complete(lowerCase(request));
                        path.complete(request.uri());
                        onRequest.accept(ctx, request);
                        request.release();
                        ctx.pipeline().replace(this, "frames", new Frames());
                        client.complete(ctx.channel());
                    }
                });
    }

    private static Map<String, String> lowerCase(FullHttpRequest request) {
        Map<String, String> all = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        request.headers().forEach(header -> all.put(header.getKey(), header.getValue()));
        return all;
    }

    private static void upgrade(ChannelHandlerContext ctx, FullHttpRequest request) {
        WebSocketServerHandshaker handshaker =
                new WebSocketServerHandshakerFactory("ws://localhost/", null, false, 1 << 24).newHandshaker(request);
        handshaker.handshake(ctx.channel(), request);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Frames extends SimpleChannelInboundHandler<Object> {

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, Object message) {
            if (message instanceof WebSocketFrame frame) {
                received.add((frame instanceof BinaryWebSocketFrame
                                ? ""
                                : frame.getClass().getSimpleName() + " ")
                        + ByteBufUtil.hexDump(frame.content()));
            } else if (message instanceof ReferenceCounted other) {
                received.add("other " + other);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            received.add("closed");
        }
    }
}
