package dev.waxwing.internal.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.content.Destination;
import dev.waxwing.internal.threads.ManualTimer;
import dev.waxwing.internal.trace.PipelineTimes;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.SentMessage;
import dev.waxwing.proto.e2e.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the future says when the time is up must be so. */
final class SubmissionTest {

    private static final Jid BOB = Jid.phone("15551230002");
    private static final Duration TIMEOUT = Duration.ofSeconds(75);

    private final AtomicInteger waiting = new AtomicInteger(1);
    private final Submission submission = new Submission(
            new Outgoing("A", Destination.of(BOB), Instant.EPOCH, Message.getDefaultInstance(), false),
            new PipelineTimes(() -> 0),
            waiting);

    @Test
    void givenNothingDone_whenTimeIsUp_thenItIsNotStoredAndNotWantedAnyMore() {
        submission.end(TIMEOUT);

        assertFailedWith(ConnectionLostException.class);
        assertThat(submission.claim()).isFalse();
        assertThat(waiting).hasValue(0);
    }

    @Test
    void givenItIsInTheOutbox_whenTimeIsUp_thenItStaysThere() {
        submission.claim();
        submission.endWith(new CompletableFuture<>());

        submission.end(TIMEOUT);

        assertFailedWith(RequestTimeoutException.class);
    }

    @Test
    void givenItIsBeingStored_whenTimeIsUpAndTheStoreFails_thenItIsNotSaidToBeInTheOutbox() {
        submission.claim();

        submission.end(TIMEOUT);
        submission.fail(new StoreFailedException("disk"));

        assertFailedWith(StoreFailedException.class);
    }

    @Test
    void givenItIsBeingStored_whenTimeIsUpAndItIsStored_thenItFailsThen() {
        submission.claim();

        submission.end(TIMEOUT);
        assertThat(submission.result()).isNotDone();
        submission.endWith(new CompletableFuture<>());

        assertFailedWith(RequestTimeoutException.class);
    }

    @Test
    void givenItIsBeingStored_whenTimeIsUpAndItWasAcknowledgedBefore_thenItCompletes() {
        SentMessage sent = new SentMessage(MessageKey.of(BOB, true, "A"), Instant.EPOCH);
        submission.claim();

        submission.end(TIMEOUT);
        submission.endWith(CompletableFuture.completedFuture(sent));

        assertThat(submission.result()).isCompletedWithValue(sent);
    }

    @Test
    void givenNothingDone_whenTheClockPassesItsTime_thenItEndsThenAndNotBefore() {
        ManualTimer timer = new ManualTimer();
        submission.endAfter(TIMEOUT, timer, Runnable::run);

        timer.advance(TIMEOUT.minusMillis(1));
        assertThat(submission.result()).isNotDone();
        timer.advance(Duration.ofMillis(1));

        assertFailedWith(ConnectionLostException.class);
    }

    @Test
    void givenItEndedBefore_whenItsTimeComes_thenNoTimerIsLeft() {
        ManualTimer timer = new ManualTimer();
        submission.endAfter(TIMEOUT, timer, Runnable::run);

        submission.fail(new StoreFailedException("disk"));

        assertThat(timer.scheduled()).isZero();
    }

    private void assertFailedWith(Class<? extends RuntimeException> type) {
        assertThat(submission.result()).isCompletedExceptionally();
        assertThatThrownBy(() -> submission.result().join()).hasCauseInstanceOf(type);
    }
}
