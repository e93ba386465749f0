package dev.waxwing.internal.stream.routing;

import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.model.Jid;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the server's stanzas to the areas that registered for them, and answers what is owed when their stages
 * complete: for unknown ones too, so that the server does not deliver them for ever. Event loop only.
 */
public final class StanzaDispatcher {

    private static final Logger LOG = LoggerFactory.getLogger(StanzaDispatcher.class);

    private final Routes routes;
    private final InboundFlow flow;
    private final LoopTimer timer;
    private final @Nullable Jid me;
    private final Consumer<Node> send;
    private final Runnable onFinished;
    private final BiConsumer<Node, WaxwingException> refused;

    /**
     * {@code onFinished} runs after each stanza whose handling came to its end.
     *
     * @param routes who handles what
     * @param flow counts what is under way
     * @param timer the event loop's timer
     * @param me this device; null before it is linked
     * @param send writes acknowledgements
     * @param onFinished runs when a handler is done
     * @param refused takes each stanza that a handler refused for what it says, and why
     */
    public StanzaDispatcher(
            Routes routes,
            InboundFlow flow,
            LoopTimer timer,
            @Nullable Jid me,
            Consumer<Node> send,
            Runnable onFinished,
            BiConsumer<Node, WaxwingException> refused) {
        this.routes = routes;
        this.flow = flow;
        this.timer = timer;
        this.me = me;
        this.send = send;
        this.onFinished = onFinished;
        this.refused = refused;
    }

    /**
     * A stanza that is neither an iq nor an ib, nor about the stream itself.
     *
     * @param stanza what came
     */
    public void stanza(Node stanza) {
        StanzaHandler handler = routes.find(stanza);
        if (handler != null) {
            run(stanza, handler, acknowledgement -> acknowledge(stanza, acknowledgement));
            return;
        }
        switch (stanza.tag()) {
            case "receipt", "notification", "call", "status" -> acknowledge(stanza, Acknowledgement.ACK);
            // Nobody could have kept it: it stays with the server.
            case "message", "presence", "chatstate" -> LOG.debug("nobody handles {}", stanza);
            default -> acknowledge(stanza, Acknowledgement.nack(Acknowledgement.UNRECOGNISED_STANZA));
        }
    }

    /**
     * An {@code ib} with this child; nothing is owed for it.
     *
     * @param ib what came
     * @param childTag the child that says what it is
     */
    public void ib(Node ib, String childTag) {
        StanzaHandler handler = routes.findIb(childTag);
        if (handler != null) {
            run(ib, handler, ignored -> {});
        }
    }

    /**
     * An iq of type get or set.
     *
     * @param iq what came
     */
    public void serverIq(Node iq) {
        if ("get".equals(iq.attr("type")) && ("urn:xmpp:ping".equals(iq.attr("xmlns")) || iq.child("ping") != null)) {
            send.accept(reply(iq, "result").build());
            return;
        }
        StanzaHandler handler = routes.findIq(iq);
        if (handler == null) {
            // No peer answers what it does not know.
            LOG.debug("nobody handles {}", iq);
            return;
        }
        run(iq, handler, acknowledgement -> {
            if (acknowledgement instanceof Acknowledgement.Ack) {
                send.accept(reply(iq, "result").build());
            } else if (acknowledgement instanceof Acknowledgement.Nack nack) {
                send.accept(reply(iq, "error")
                        .child(Node.builder("error").attr("code", nack.code()).build())
                        .build());
            }
        });
    }

    private static Node.Builder reply(Node iq, String type) {
        Jid from = iq.jid("from");
        return Node.builder("iq")
                .attr("to", from == null ? Jid.SERVER : from)
                .attr("type", type)
                .attrIfPresent("id", iq.attr("id"));
    }

    private void run(Node stanza, StanzaHandler handler, Consumer<Acknowledgement> answer) {
        long bytes = stanza.likelyBytes();
        flow.started(bytes);
        CompletionStage<Acknowledgement> stage;
        try {
            stage = Objects.requireNonNull(handler.handle(stanza), "stage");
        } catch (RuntimeException e) {
            stage = CompletableFuture.failedFuture(e);
        }
        stage.whenComplete((acknowledgement, failure) -> timer.run(() -> {
            flow.finished(bytes);
            onFinished.run();
            if (failure != null) {
                WaxwingException refusal = FailedHandlers.refusal(failure);
                if (refusal == null) {
                    FailedHandlers.log(LOG, stanza, failure);
                } else {
                    refused.accept(stanza, refusal);
                }
                answer.accept(FailedHandlers.answer(stanza, failure));
            } else {
                answer.accept(acknowledgement);
            }
        }));
    }

    private void acknowledge(Node stanza, Acknowledgement acknowledgement) {
        if (!Acks.isOwed(stanza)) {
            return;
        }
        if (acknowledgement instanceof Acknowledgement.Ack) {
            send.accept(Acks.ack(stanza, me));
        } else if (acknowledgement instanceof Acknowledgement.Nack nack) {
            send.accept(Acks.nack(stanza, me, nack.code()));
        }
    }
}
