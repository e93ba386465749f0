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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the lower half together: WebSocket, frame length, Noise, node codec. A linked device resumes with the server it
 * met last, which saves a round trip; a device that is not linked yet never does, as with every peer.
 */
public final class NoiseLinkConnector implements LinkConnector {

    private static final Logger LOG = LoggerFactory.getLogger(NoiseLinkConnector.class);

    private final LinkConfig config;
    private final AccountThreads threads;
    private final KnownServer server;

    /**
     * Prepares to connect.
     *
     * @param config how connections are made
     * @param threads the account's threads
     * @param server the server met last; told of every handshake
     */
    public NoiseLinkConnector(LinkConfig config, AccountThreads threads, KnownServer server) {
        this.config = config;
        this.threads = threads;
        this.server = server;
    }

    @Override
    public CompletableFuture<StanzaLink> connect(
            StreamIdentity identity,
            ClientProfile profile,
            byte @Nullable [] routingInfo,
            StanzaLink.Receiver receiver) {
        NoiseClientHandshake noise = new NoiseClientHandshake(
                identity.noiseKey(),
                config.verifier(),
                ClientPayloads.of(identity, profile).toByteArray());
        boolean isLinked = identity instanceof StreamIdentity.Login;
        if (isLinked) {
            server.certChain().ifPresent(noise::resume);
        }
        NoiseClientHandshakeHandler handshake = new NoiseClientHandshakeHandler(noise, config.handshakeTimeout());
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
                if (noise.triedToResume() && !result.isDone()) {
                    LOG.info("The handshake that was to resume failed; the next one is a full one", failure);
                    server.forget();
                }
                result.completeExceptionally(failure);
                return;
            }
            if (isLinked) {
                noise.certChain().ifPresent(server::met);
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
