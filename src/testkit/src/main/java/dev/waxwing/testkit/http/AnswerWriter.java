package dev.waxwing.testkit.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/** Writes one answer: at once, or piece by piece as the socket takes it. */
final class AnswerWriter {

    private static final byte[] NOTHING = new byte[0];

    private final ChannelHandlerContext ctx;
    private final boolean keepAlive;
    private final HttpAnswer answer;
    private long sent;

    private AnswerWriter(ChannelHandlerContext ctx, boolean keepAlive, HttpAnswer answer) {
        this.ctx = ctx;
        this.keepAlive = keepAlive;
        this.answer = answer;
    }

    static void write(ChannelHandlerContext ctx, boolean keepAlive, boolean head, HttpAnswer answer) {
        AnswerWriter writer = new AnswerWriter(ctx, keepAlive, answer);
        if (answer.source() == null || head) {
            writer.writeWhole(head ? NOTHING : answer.body());
        } else {
            DefaultHttpResponse response =
                    new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()));
            writer.addHeaders(response);
            ctx.write(response);
            writer.writeNext(answer.source());
        }
    }

    private void writeWhole(byte[] body) {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), Unpooled.wrappedBuffer(body));
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
        addHeaders(response);
        ChannelFuture written = ctx.writeAndFlush(response);
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void addHeaders(HttpMessage response) {
        answer.headers().forEach((name, value) -> response.headers().set(name, value));
        if (!keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
    }

    private void writeNext(BodySource source) {
        source.next().whenComplete((piece, failure) -> {
            if (ctx.executor().inEventLoop()) {
                write(source, piece, failure);
            } else {
                ctx.executor().execute(() -> write(source, piece, failure));
            }
        });
    }

    private void write(BodySource source, byte @Nullable [] piece, @Nullable Throwable failure) {
        if (piece == null || failure != null) {
            ctx.flush();
            ctx.close();
        } else if (piece.length == 0) {
            ChannelFuture written = ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
            // A body of another length than was announced leaves the two sides out of step.
            if (!keepAlive || !Long.toString(sent).equals(answer.headers().get("Content-Length"))) {
                written.addListener(ChannelFutureListener.CLOSE);
            }
        } else {
            sent += piece.length;
            ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)))
                    .addListener(written -> {
                        if (written.isSuccess()) {
                            writeNext(source);
                        }
                    });
        }
    }
}
