package dev.waxwing.internal.pool;

import dev.waxwing.model.Jid;
import dev.waxwing.model.content.Content;
import dev.waxwing.scaling.BatchOptions;
import dev.waxwing.scaling.BatchOutcome;
import dev.waxwing.scaling.BatchOutcome.NotSent;
import dev.waxwing.scaling.BatchProgress;
import dev.waxwing.scaling.BatchResult;
import dev.waxwing.scaling.BatchSend;
import dev.waxwing.scaling.Pacing;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One batch on its way: starts messages while there is room and it is their time, and collects what becomes of them.
 * All of it, the application's functions included, runs in the batch's lane, where listeners run: they may block, and
 * hold up this batch alone.
 */
public final class BatchRun implements BatchSend {

    private static final Logger LOG = LoggerFactory.getLogger(BatchRun.class);

    /** Sends the messages of a batch. */
    public interface Sender {

        /**
         * Sends one.
         *
         * @param to the recipient
         * @param content what to send
         * @param chosenId the id to send it under; null for a new one
         * @return the message on its way
         */
        GivenMessage send(Jid to, Content content, @Nullable String chosenId);

        /**
         * The addresses known to be the same person.
         *
         * @param recipient an address without a device
         * @return other forms of it, perhaps itself too; may be empty
         */
        CompletableFuture<Set<Jid>> namesOf(Jid recipient);

        /**
         * Why nothing can be sent any more.
         *
         * @return the reason; null while messages can be sent
         */
        @Nullable
        Throwable ended();

        /**
         * When nothing can be sent any more. A timer may end with the sender, so a batch that waits for its pace is
         * told.
         *
         * @return completes once {@link #ended} gives a reason; a copy, which the batch cancels when it is done
         */
        CompletableFuture<?> whenEnded();
    }

    private final Function<? super Jid, ? extends Content> content;
    private final BatchOptions options;
    private final Sender sender;
    private final Executor lane;
    private final PoolTimer timer;
    private final TokenBucket bucket;
    private final CompletableFuture<BatchResult> result = new CompletableFuture<>();
    private final ArrayDeque<Jid> recipients = new ArrayDeque<>();
    private final Map<Jid, @Nullable BatchOutcome> outcomes = new LinkedHashMap<>();
    private final List<Jid> duplicates = new ArrayList<>();
    private final Map<Jid, GivenMessage> sending = new LinkedHashMap<>();
    private final Set<Jid> reached = new HashSet<>();
    private final ArrayDeque<Asked> asked = new ArrayDeque<>();
    private int inFlight;
    private boolean pumping;
    private NotSent.@Nullable Reason stopped;
    private @Nullable Runnable callOffDeadline;
    private @Nullable Runnable callOffWake;
    private volatile BatchProgress progress;

    private BatchRun(
            Collection<Jid> recipients,
            Function<? super Jid, ? extends Content> content,
            BatchOptions options,
            Pacing defaultPacing,
            Sender sender,
            Executor lane,
            PoolTimer timer) {
        this.content = content;
        this.options = options;
        this.sender = sender;
        this.lane = lane;
        this.timer = timer;
        bucket = new TokenBucket(options.pacing().orElse(defaultPacing));
        Set<Jid> different = new LinkedHashSet<>();
        for (Jid recipient : recipients) {
            if (!different.add(recipient.person())) {
                duplicates.add(recipient.person());
            }
        }
        this.recipients.addAll(different);
        different.forEach(recipient -> outcomes.put(recipient, null));
        progress = new BatchProgress(different.size(), 0, 0, 0, 0);
    }

    /**
     * Starts a batch. Returns at once.
     *
     * @param recipients to whom; copied
     * @param content what to send to each
     * @param options how
     * @param defaultPacing how fast, if the options do not say
     * @param sender sends the messages
     * @param lane runs tasks one after another, which may block; must never refuse one
     * @param timer gives the time
     * @return the batch
     */
    public static BatchSend start(
            Collection<Jid> recipients,
            Function<? super Jid, ? extends Content> content,
            BatchOptions options,
            Pacing defaultPacing,
            Sender sender,
            Executor lane,
            PoolTimer timer) {
        BatchRun batch = new BatchRun(recipients, content, options, defaultPacing, sender, lane, timer);
        lane.execute(batch::begin);
        CompletableFuture<?> senderEnds = sender.whenEnded();
        senderEnds.whenComplete((ended, failure) -> lane.execute(batch::pump));
        batch.result.whenComplete((result, failure) -> senderEnds.cancel(false));
        return batch;
    }

    @Override
    public CompletableFuture<BatchResult> result() {
        return result.copy();
    }

    @Override
    public BatchProgress progress() {
        return progress;
    }

    @Override
    public void cancel() {
        lane.execute(() -> stop(NotSent.Reason.CANCELLED));
    }

    private void begin() {
        callOffDeadline = options.deadline()
                .map(deadline -> timer.after(deadline, () -> lane.execute(() -> stop(NotSent.Reason.DEADLINE))))
                .orElse(null);
        pump();
    }

    /** Starts what may be started. */
    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            failIfEnded();
            while (stopped == null && !recipients.isEmpty() && inFlight < options.mostInFlight() && isTime()) {
                next(recipients.remove());
            }
        } finally {
            pumping = false;
        }
        endIfDone();
    }

    /** Whoever can send nothing any more need not keep a pace. */
    private void failIfEnded() {
        Throwable reason = sender.ended();
        if (reason != null) {
            List<Jid> notReached = List.copyOf(recipients);
            recipients.clear();
            notReached.forEach(recipient -> ended(recipient, new BatchOutcome.Failed(reason)));
        }
    }

    /** Whether a message may leave now; if not, there will be another look when one may. */
    private boolean isTime() {
        long delay = bucket.delay(timer.nanoTime());
        if (delay > 0 && callOffWake == null) {
            callOffWake = timer.after(
                    Duration.ofNanos(delay),
                    () -> lane.execute(() -> {
                        callOffWake = null;
                        pump();
                    }));
        }
        return delay == 0;
    }

    private void next(Jid recipient) {
        boolean skip;
        try {
            skip = options.skipIf().test(recipient);
        } catch (RuntimeException e) {
            ended(recipient, new BatchOutcome.Failed(e));
            return;
        }
        if (skip) {
            ended(recipient, new BatchOutcome.Skipped());
            return;
        }
        bucket.take(timer.nanoTime());
        inFlight++;
        Asked question = new Asked(recipient);
        asked.add(question);
        // Without an answer the recipient counts as nobody else.
        sender.namesOf(recipient)
                .handle((names, failure) -> names == null ? Set.<Jid>of() : names)
                .thenAccept(names -> lane.execute(() -> {
                    question.names = names;
                    sendAnswered();
                    pump();
                }));
    }

    /** Sends in the order of the list, whichever names are known first: of two names of a person the first counts. */
    private void sendAnswered() {
        for (Asked first = asked.peek(); first != null; first = asked.peek()) {
            Set<Jid> names = first.names;
            if (names == null) {
                return;
            }
            asked.remove();
            send(first.recipient, names);
        }
    }

    private void send(Jid recipient, Set<Jid> names) {
        NotSent.Reason reason = stopped;
        if (reason != null) {
            inFlight--;
            ended(recipient, new NotSent(reason));
            return;
        }
        boolean reachedBefore = reached.contains(recipient) || names.stream().anyMatch(reached::contains);
        reached.add(recipient);
        reached.addAll(names);
        if (reachedBefore) {
            inFlight--;
            duplicates.add(recipient);
            outcomes.remove(recipient);
            progress = progress.withoutOne();
            return;
        }
        GivenMessage message;
        try {
            message = sender.send(
                    recipient, content.apply(recipient), options.messageIds().apply(recipient));
        } catch (RuntimeException e) {
            inFlight--;
            ended(recipient, new BatchOutcome.Failed(e));
            return;
        }
        sending.put(recipient, message);
        message.result()
                .whenComplete((sent, failure) -> lane.execute(() -> {
                    sending.remove(recipient);
                    inFlight--;
                    ended(recipient, sent != null ? new BatchOutcome.Sent(sent) : failed(message, failure));
                    pump();
                }));
    }

    private BatchOutcome failed(GivenMessage message, @Nullable Throwable failure) {
        Throwable reason =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (reason instanceof CancellationException && stopped != null && message.withdraw()) {
            return new NotSent(stopped);
        }
        return new BatchOutcome.Failed(reason == null ? new CancellationException() : reason);
    }

    private void ended(Jid recipient, BatchOutcome outcome) {
        outcomes.put(recipient, outcome);
        progress = progress.with(outcome);
        try {
            options.listener().finished(recipient, outcome, progress);
        } catch (RuntimeException e) {
            LOG.warn("The listener of a batch threw; the batch goes on", e);
        }
    }

    private void stop(NotSent.Reason reason) {
        if (stopped != null || result.isDone()) {
            return;
        }
        stopped = reason;
        callOff(callOffWake);
        callOffWake = null;
        List.copyOf(sending.values()).forEach(GivenMessage::withdraw);
        List<Jid> notReached = List.copyOf(recipients);
        recipients.clear();
        notReached.forEach(recipient -> ended(recipient, new NotSent(reason)));
        endIfDone();
    }

    private void endIfDone() {
        if (!recipients.isEmpty() || inFlight > 0 || result.isDone()) {
            return;
        }
        callOff(callOffDeadline);
        callOff(callOffWake);
        Map<Jid, BatchOutcome> complete = new LinkedHashMap<>();
        outcomes.forEach((recipient, outcome) -> {
            if (outcome != null) {
                complete.put(recipient, outcome);
            }
        });
        result.complete(new BatchResult(complete, duplicates, progress));
    }

    private static void callOff(@Nullable Runnable timer) {
        if (timer != null) {
            timer.run();
        }
    }

    /** A recipient whose other names were asked for. */
    private static final class Asked {
        private final Jid recipient;
        private @Nullable Set<Jid> names;

        private Asked(Jid recipient) {
            this.recipient = recipient;
        }
    }
}
