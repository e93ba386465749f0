package dev.waxwing.testkit.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands the bodies of uploads on as they come. All other requests pass on to be gathered whole. */
final class BodyIntake extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(BodyIntake.class);

    private static final byte[] NOTHING = new byte[0];

    private final UploadHandler uploads;
    private @Nullable BodySink sink;
    private boolean keepAlive;
    private CompletionStage<?> taken = CompletableFuture.completedFuture(null);

    BodyIntake(UploadHandler uploads) {
        this.uploads = uploads;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (sink == null && message instanceof HttpRequest request && opens(ctx, request)) {
            return;
        }
        BodySink open = sink;
        if (open != null && message instanceof HttpContent content) {
            byte[] piece = ByteBufUtil.getBytes(content.content());
            content.release();
            take(ctx, open, piece);
            if (content instanceof LastHttpContent) {
                end(ctx, open);
            }
            return;
        }
        ctx.fireChannelRead(message);
    }

    private boolean opens(ChannelHandlerContext ctx, HttpRequest request) {
        if (!request.decoderResult().isSuccess()) {
            return false;
        }
        Optional<BodySink> opened = uploads.open(RequestHead.read(request, NOTHING));
        if (opened.isEmpty()) {
            return false;
        }
        sink = opened.get();
        keepAlive = HttpUtil.isKeepAlive(request);
        if (HttpUtil.is100ContinueExpected(request)) {
            ctx.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
        return true;
    }

    private void take(ChannelHandlerContext ctx, BodySink open, byte[] piece) {
        CompletableFuture<?> stage =
                taken.thenCompose(before -> open.take(piece)).toCompletableFuture();
        taken = stage;
        if (!stage.isDone()) {
            ctx.channel().config().setAutoRead(false);
        }
        stage.whenComplete((done, failure) -> inLoop(ctx, () -> {
            if (failure != null) {
                ctx.close();
            } else if (taken == stage) {
                ctx.channel().config().setAutoRead(true);
            }
        }));
    }

    private void end(ChannelHandlerContext ctx, BodySink open) {
        taken.thenCompose(before -> open.end())
                .whenComplete((answer, failure) -> inLoop(ctx, () -> {
                    sink = null;
                    taken = CompletableFuture.completedFuture(null);
                    if (failure != null) {
                        LOG.debug("An upload failed", failure);
                    }
                    AnswerWriter.write(
                            ctx, keepAlive, false, failure == null ? answer : HttpAnswer.text(500, "internal error"));
                }));
    }

    private static void inLoop(ChannelHandlerContext ctx, Runnable task) {
        if (ctx.executor().inEventLoop()) {
            task.run();
        } else {
            ctx.executor().execute(task);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        BodySink open = sink;
        sink = null;
        if (open != null) {
            open.brokenOff();
        }
        ctx.fireChannelInactive();
    }
}
