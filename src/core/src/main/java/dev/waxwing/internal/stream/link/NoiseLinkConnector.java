package dev.waxwing.internal.stream.link;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.internal.binary.NodeCodec;
import dev.waxwing.internal.noise.FrameLengthCodec;
import dev.waxwing.internal.noise.NoiseClientHandshake;
import dev.waxwing.internal.noise.NoiseClientHandshakeHandler;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.transport.WebSocketTransport;
import io.netty.channel.ChannelHandler;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Puts the lower half together: WebSocket, frame length, Noise, node codec. */
public final class NoiseLinkConnector implements LinkConnector {

    private final LinkConfig config;
    private final AccountThreads threads;

    /**
     * Prepares to connect.
     *
     * @param config how connections are made
     * @param threads the account's threads
     */
    public NoiseLinkConnector(LinkConfig config, AccountThreads threads) {
        this.config = config;
        this.threads = threads;
    }

    @Override
    public CompletableFuture<StanzaLink> connect(
            StreamIdentity identity,
            ClientProfile profile,
            byte @Nullable [] routingInfo,
            StanzaLink.Receiver receiver) {
        NoiseClientHandshakeHandler handshake = new NoiseClientHandshakeHandler(
                new NoiseClientHandshake(identity.noiseKey(), config.verifier()),
                ClientPayloads.of(identity, profile).toByteArray(),
                config.handshakeTimeout());
        NettyLink link = new NettyLink(receiver);
        CompletableFuture<StanzaLink> result = new CompletableFuture<>();
        CompletableFuture<WebSocketTransport> connected = WebSocketTransport.connect(
                config.transport(),
                threads.loop(),
                threads.executor(),
                pipeline(FrameLengthCodec.client(routingInfo), handshake, link));
        connected.whenComplete((transport, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
            } else {
                link.transport(transport);
            }
        });
        handshake.done().whenComplete((done, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
                return;
            }
            if (!result.isDone()) {
                link.open();
                result.complete(link);
            }
        });
        result.whenComplete((opened, failure) -> {
            if (failure != null && !connected.cancel(true) && !connected.isCompletedExceptionally()) {
                connected.join().abort(new ConnectionLostException("given up", failure));
            }
        });
        return result;
    }

    /** From the WebSocket upwards; with probes between the handlers if somebody measures. */
    private ChannelHandler[] pipeline(ChannelHandler frames, ChannelHandler noise, NettyLink link) {
        if (config.observer() == null) {
            return new ChannelHandler[] {frames, noise, link.foundation(), new NodeCodec(), link};
        }
        WireProbe probe = new WireProbe(config.observer());
        return new ChannelHandler[] {
            probe.belowFrames(),
            frames,
            probe.betweenFramesAndNoise(),
            noise,
            link.foundation(),
            probe.betweenNoiseAndNodes(),
            new NodeCodec(),
            probe.aboveNodes(),
            link
        };
    }
}
