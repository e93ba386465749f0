package dev.waxwing.testkit.noise;

import dev.waxwing.internal.noise.NoiseHandshakeHandler;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of {@link NoiseHandshakeHandler}: waits for the client's hello, answers it, and learns who the
 * client is.
 */
public final class NoiseServerHandshakeHandler extends NoiseHandshakeHandler {

    private final NoiseServerHandshake handshake;
    private final Consumer<NoiseClientIdentity> onClient;
    private boolean helloAnswered;
    private @Nullable NoiseClientIdentity client;

    /**
     * Prepares the handler for one connection.
     *
     * @param handshake a fresh handshake
     * @param onClient told the client's key and payload on the event loop, right after the keys are in place and before
     *     any frame is opened, so it may write to the channel at once
     * @param timeout how long the handshake may take, positive
     */
    public NoiseServerHandshakeHandler(
            NoiseServerHandshake handshake, Consumer<NoiseClientIdentity> onClient, Duration timeout) {
        super(timeout);
        this.handshake = Objects.requireNonNull(handshake, "handshake");
        this.onClient = Objects.requireNonNull(onClient, "onClient");
    }

    @Override
    protected void start(ChannelHandlerContext ctx) {
        // The client speaks first.
    }

    @Override
    protected void onMessage(ChannelHandlerContext ctx, byte[] message) {
        if (!helloAnswered) {
            helloAnswered = true;
            byte[] hello = handshake.onClientHello(message);
            client = handshake.resumed().orElse(null);
            if (client != null) {
                expectTransportFrames();
            }
            send(ctx, hello);
        } else {
            client = handshake.onClientFinish(message);
            expectTransportFrames();
        }
        if (client != null) {
            finish(ctx, handshake.split());
        }
    }

    @Override
    protected void onKeys() {
        onClient.accept(Objects.requireNonNull(client));
    }
}
