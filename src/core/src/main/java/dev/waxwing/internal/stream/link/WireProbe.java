package dev.waxwing.internal.stream.link;

import dev.waxwing.internal.binary.Node;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.function.LongConsumer;

/**
 * Notes the time between the handlers of the pipeline. A stanza passes all of them in one call on the event loop, so
 * one field for each place is enough.
 */
public final class WireProbe {

    private final WireObserver observer;
    private long arrived;
    private long framed;
    private long opened;
    private long encoded;
    private long sealed;

    WireProbe(WireObserver observer) {
        this.observer = observer;
    }

    ChannelHandler belowFrames() {
        return new Place(now -> arrived = now, now -> {});
    }

    ChannelHandler betweenFramesAndNoise() {
        return new Place(now -> framed = now, now -> sealed = now);
    }

    ChannelHandler betweenNoiseAndNodes() {
        return new Place(now -> opened = now, now -> encoded = now);
    }

    ChannelHandler aboveNodes() {
        return new ChannelDuplexHandler() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                if (message instanceof Node stanza) {
                    observer.read(stanza, arrived, framed, opened, observer.nanoTime());
                }
                ctx.fireChannelRead(message);
            }

            @Override
            public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
                ctx.write(message, promise);
                if (message instanceof Node stanza) {
                    long encodedNanos = encoded;
                    long sealedNanos = sealed;
                    promise.addListener(done -> {
                        if (done.isSuccess()) {
                            observer.written(stanza, encodedNanos, sealedNanos, observer.nanoTime());
                        }
                    });
                }
            }
        };
    }

    private final class Place extends ChannelDuplexHandler {

        private final LongConsumer onRead;
        private final LongConsumer onWrite;

        Place(LongConsumer onRead, LongConsumer onWrite) {
            this.onRead = onRead;
            this.onWrite = onWrite;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            onRead.accept(observer.nanoTime());
            ctx.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            onWrite.accept(observer.nanoTime());
            ctx.write(message, promise);
        }
    }
}
