package dev.waxwing.internal.noise;

import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.Objects;

/**
 * The client's side of {@link NoiseHandshakeHandler}: sends the hello at once, answers the server's unless that resumed,
 * and has its keys.
 */
public final class NoiseClientHandshakeHandler extends NoiseHandshakeHandler {

    private final NoiseClientHandshake handshake;

    /**
     * Prepares the handler for one connection. Add it to a channel whose transport (the WebSocket) is open.
     *
     * @param handshake a fresh handshake
     * @param timeout how long the handshake may take, positive
     */
    public NoiseClientHandshakeHandler(NoiseClientHandshake handshake, Duration timeout) {
        super(timeout);
        this.handshake = Objects.requireNonNull(handshake, "handshake");
    }

    @Override
    protected void start(ChannelHandlerContext ctx) {
        send(ctx, handshake.clientHello());
    }

    @Override
    protected void onMessage(ChannelHandlerContext ctx, byte[] message) {
        byte[] clientFinish = handshake.onServerHello(message);
        expectTransportFrames();
        if (clientFinish != null) {
            send(ctx, clientFinish);
        }
        finish(ctx, handshake.split());
    }
}
