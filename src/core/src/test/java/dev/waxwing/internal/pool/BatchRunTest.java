package dev.waxwing.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.SocketClosedException;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who of many gets the message, how many at once, and what is said of each. */
final class BatchRunTest {

    private static final Jid BOB = Jid.phone("15551230001");
    private static final Jid BOB_LID = Jid.lid("236395184570386");
    private static final Jid CAROL = Jid.phone("15551230002");
    private static final Jid DAVE = Jid.phone("15551230003");

    private final SteppedTimer timer = new SteppedTimer();
    private final SteppedLane lane = new SteppedLane();
    private final FakeSocket socket = new FakeSocket();

    private final BatchRun.Sender sender = new BatchRun.Sender() {
        @Override
        public GivenMessage send(Jid to, Content content, @Nullable String chosenId) {
            return socket.send(to + (chosenId == null ? "" : " as " + chosenId));
        }

        @Override
        public CompletableFuture<Set<Jid>> namesOf(Jid recipient) {
            return socket.namesOf(recipient);
        }

        @Override
        public @Nullable Throwable ended() {
            return end;
        }

        @Override
        public CompletableFuture<?> whenEnded() {
            return ends.copy();
        }
    };

    private final CompletableFuture<Void> ends = new CompletableFuture<>();
    private @Nullable Throwable end;

    @Test
    void givenManyRecipients_whenSent_thenNoMoreThanTheBoundAreUnderWay() {
        BatchSend batch = start(people(10), unpaced().mostInFlight(3));
        assertThat(socket.taken).hasSize(3);

        socket.taken.get(1).acknowledge();
        assertThat(socket.taken).hasSize(4);
        for (int i = 0; i < 10; i++) {
            socket.taken.get(i).acknowledge();
        }

        assertThat(result(batch).sent()).hasSize(10);
        assertThat(batch.progress()).isEqualTo(new BatchProgress(10, 10, 0, 0, 0));
    }

    @Test
    void givenNoOptions_whenSent_thenThePaceIsPolite() {
        start(people(10), BatchOptions.builder());
        assertThat(socket.taken).hasSize(Pacing.POLITE.burst());

        timer.advance(Duration.ofSeconds(2));

        assertThat(socket.taken).hasSize(Pacing.POLITE.burst() + 2);
    }

    @Test
    void givenSomeFail_whenDone_thenEachRecipientHasItsOwnOutcomeInTheOrderGiven() {
        List<BatchProgress> heard = new ArrayList<>();
        BatchSend batch = start(
                List.of(BOB, CAROL, DAVE),
                unpaced().skipIf(CAROL::equals).listener((recipient, outcome, progress) -> heard.add(progress)));
        RequestTimeoutException late = new RequestTimeoutException("it stays in the outbox");

        socket.taken.get(1).stored = true;
        socket.taken.get(1).fail(late);
        socket.taken.get(0).acknowledge();

        BatchResult result = result(batch);
        assertThat(result.outcomes().keySet()).containsExactly(BOB, CAROL, DAVE);
        assertThat(result.sent()).containsOnlyKeys(BOB);
        assertThat(result.failed()).containsOnlyKeys(DAVE).containsValue(late);
        assertThat(result.outcomes().get(CAROL)).isEqualTo(new BatchOutcome.Skipped());
        assertThat(heard)
                .containsExactly(
                        new BatchProgress(3, 0, 0, 1, 0),
                        new BatchProgress(3, 0, 1, 1, 0),
                        new BatchProgress(3, 1, 1, 1, 0));
    }

    @Test
    void givenRecipientsNamedTwice_whenSent_thenNobodyGetsItTwiceAndTheResultTells() {
        socket.names = Set.of(BOB, BOB_LID);
        BatchSend batch = start(List.of(BOB, CAROL, BOB, BOB_LID, CAROL.withDevice(4)), unpaced());

        socket.taken.forEach(FakeSocket.Taken::acknowledge);

        assertThat(socket.texts()).containsExactly(BOB.toString(), CAROL.toString());
        BatchResult result = result(batch);
        assertThat(result.duplicates()).containsExactly(BOB, CAROL, BOB_LID);
        assertThat(result.outcomes()).containsOnlyKeys(BOB, CAROL);
        assertThat(result.progress()).isEqualTo(new BatchProgress(2, 2, 0, 0, 0));
    }

    @Test
    void givenNamesThatAreKnownLate_whenSent_thenTheFirstNameOfAPersonCountsAndTheOrderStays() {
        CompletableFuture<Void> later = new CompletableFuture<>();
        socket.names = Set.of(BOB, BOB_LID);
        socket.namesLater.put(BOB, later);
        BatchSend batch = start(List.of(BOB, BOB_LID, CAROL), unpaced());
        assertThat(socket.taken).isEmpty();

        later.complete(null);
        socket.taken.forEach(FakeSocket.Taken::acknowledge);

        assertThat(socket.texts()).containsExactly(BOB.toString(), CAROL.toString());
        assertThat(result(batch).duplicates()).containsExactly(BOB_LID);
    }

    @Test
    void givenBatchUnderWay_whenCancelled_thenOnlyWhatIsStoredStillGoesOut() {
        BatchSend batch = start(List.of(BOB, CAROL, DAVE), unpaced().mostInFlight(2));
        socket.taken.get(0).stored = true;

        batch.cancel();
        batch.cancel();
        assertThat(batch.result()).isNotDone();
        socket.taken.get(0).acknowledge();

        BatchResult result = result(batch);
        NotSent cancelled = new NotSent(NotSent.Reason.CANCELLED);
        assertThat(result.sent()).containsOnlyKeys(BOB);
        assertThat(result.outcomes()).containsEntry(CAROL, cancelled).containsEntry(DAVE, cancelled);
        assertThat(socket.texts()).containsExactly(BOB.toString(), CAROL.toString());
        assertThat(socket.taken.get(1).withdrawn).isTrue();
    }

    @Test
    void givenDeadline_whenItIsReached_thenTheRestIsNotSentAndNoTimerIsLeft() {
        BatchSend batch = start(
                List.of(BOB, CAROL, DAVE),
                BatchOptions.builder()
                        .pacing(Pacing.every(Duration.ofMinutes(1)))
                        .deadline(Duration.ofSeconds(90)));
        socket.taken.get(0).acknowledge();
        timer.advance(Duration.ofMinutes(1));
        socket.taken.get(1).acknowledge();
        assertThat(batch.result()).isNotDone();

        timer.advance(Duration.ofMinutes(1));

        assertThat(result(batch).outcomes()).containsEntry(DAVE, new NotSent(NotSent.Reason.DEADLINE));
        assertThat(timer.pending()).isZero();
    }

    @Test
    void givenFunctionsThatThrow_whenCalled_thenThatIsTheirRecipientsFailure() {
        IllegalStateException thrown = new IllegalStateException("no template");
        BatchSend batch = BatchRun.start(
                List.of(BOB, CAROL, DAVE),
                recipient -> {
                    if (recipient.equals(BOB)) {
                        throw thrown;
                    }
                    return Content.text("hello");
                },
                unpaced()
                        .skipIf(recipient -> {
                            if (recipient.equals(CAROL)) {
                                throw thrown;
                            }
                            return false;
                        })
                        .listener((recipient, outcome, progress) -> {
                            throw thrown;
                        })
                        .build(),
                Pacing.POLITE,
                sender,
                lane,
                timer);

        socket.taken.forEach(FakeSocket.Taken::acknowledge);

        BatchResult result = result(batch);
        assertThat(result.failed()).containsOnlyKeys(BOB, CAROL).containsValue(thrown);
        assertThat(result.sent()).containsOnlyKeys(DAVE);
    }

    @Test
    void givenIds_whenSent_thenEachMessageHasItsOwn() {
        start(List.of(BOB, CAROL), unpaced().messageIds(recipient -> "june-" + recipient.user()));

        assertThat(socket.texts()).containsExactly(BOB + " as june-" + BOB.user(), CAROL + " as june-" + CAROL.user());
    }

    @Test
    void givenSenderThatEnds_whenTheBatchIsUnderWay_thenTheRestFailsAtOnce() {
        BatchSend batch =
                start(List.of(BOB, CAROL, DAVE), BatchOptions.builder().pacing(Pacing.every(Duration.ofHours(1))));
        end = new SocketClosedException("closed");

        socket.last().stored = true;
        socket.last().fail(end);

        assertThat(result(batch).failed()).containsOnlyKeys(BOB, CAROL, DAVE).containsValue(end);
        assertThat(timer.pending()).isZero();
    }

    @Test
    void givenNobody_whenSent_thenTheResultIsThereAtOnce() {
        assertThat(result(start(List.of(), unpaced())).outcomes()).isEmpty();
    }

    @Test
    void givenResultThatIsCancelled_whenMessagesAreAcknowledged_thenTheBatchGoesOn() {
        BatchSend batch = start(List.of(BOB), unpaced());
        batch.result().cancel(false);

        socket.last().fail(new ServerRefusedException("message", 404, "no device", null));

        assertThat(result(batch).failed()).containsOnlyKeys(BOB);
    }

    @Test
    void givenBatchThatWaitsForItsPace_whenTheSenderEndsAndItsTimerWithIt_thenTheBatchEnds() {
        BatchSend batch = start(List.of(BOB, CAROL), BatchOptions.builder().pacing(Pacing.every(Duration.ofHours(1))));
        socket.last().acknowledge();
        assertThat(batch.result()).isNotDone();

        end = new SocketClosedException("the socket is closed");
        ends.complete(null);

        assertThat(result(batch).sent()).containsOnlyKeys(BOB);
        assertThat(result(batch).failed()).containsOnlyKeys(CAROL).containsValue(end);
    }

    private BatchSend start(List<Jid> recipients, BatchOptions.Builder options) {
        return BatchRun.start(
                recipients, recipient -> Content.text("hello"), options.build(), Pacing.POLITE, sender, lane, timer);
    }

    private static BatchOptions.Builder unpaced() {
        return BatchOptions.builder().pacing(Pacing.NONE);
    }

    private static List<Jid> people(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Jid.phone("1555123" + (1000 + i)))
                .toList();
    }

    private static BatchResult result(BatchSend batch) {
        assertThat(batch.result()).isCompleted();
        return batch.result().join();
    }
}
