package dev.waxwing.internal.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.MessageExpiredException;
import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessagesUpdate;
import dev.waxwing.event.MessagesUpdate.StatusChange;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.outbox.OutboxRows.QueuedMessage;
import dev.waxwing.internal.receipt.StatusUpdates;
import dev.waxwing.internal.stream.PlayedStream;
import dev.waxwing.internal.threads.ManualTimer;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageStatus;
import dev.waxwing.model.SentMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.store.FailingStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.time.MovedClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a message between its commit and the server's ack; the test moves the time. */
final class OutboxTest {

    private static final Instant START = Instant.ofEpochSecond(1_760_000_000);
    private static final Jid BOB = Jid.phone("15551230002");
    private static final Duration ACK_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration EXPIRY = Duration.ofMinutes(10);
    private static final int LIMIT = 3;

    /** After this the rows of what was acknowledged are gone. */
    private static final Duration REMOVAL = Duration.ofMillis(20);

    private final FailingStore store = new FailingStore(MemoryStore.create());
    private final PlayedStream stream = new PlayedStream();
    private final MovedClock clock = new MovedClock(START);
    private final ManualTimer timer = new ManualTimer();
    private final EventDispatcher events = new EventDispatcher(Runnable::run, timer);
    private final List<StatusChange> changes = new ArrayList<>();
    private final List<String> acknowledged = new ArrayList<>();
    private Outbox outbox;

    @BeforeEach
    void start() {
        events.on(Events.MESSAGES_UPDATE, (MessagesUpdate update) -> changes.addAll(update.statuses()));
        restart();
        outbox.resend();
    }

    private void restart() {
        outbox = new Outbox(
                store,
                stream,
                new StatusUpdates(events),
                Runnable::run,
                timer,
                clock,
                new SendPolicy(Duration.ofSeconds(60), ACK_TIMEOUT, LIMIT, EXPIRY),
                (stanza, ack) -> acknowledged.add(stanza.requireAttr("id")));
    }

    private void pass(Duration time) {
        clock.advance(time);
        timer.advance(time);
    }

    private static MessageKey key(String id) {
        return MessageKey.builder(BOB, true, id).build();
    }

    private static Node stanza(String id) {
        return Node.builder("message").attr("id", id).attr("to", BOB).build();
    }

    private QueuedMessage commit(String id, boolean idChosen) {
        return store.transact(tx -> {
            SentMessages.Writer kept = new SentMessages.Writer(tx);
            kept.put(key(id), clock.instant(), Message.getDefaultInstance());
            kept.finish();
            return outbox.put(tx, key(id), clock.instant(), stanza(id), idChosen);
        });
    }

    private CompletableFuture<SentMessage> send(String id) {
        return send(id, false);
    }

    private CompletableFuture<SentMessage> send(String id, boolean idChosen) {
        QueuedMessage message = commit(id, idChosen);
        CompletableFuture<SentMessage> result = outbox.acknowledgement(message);
        outbox.transmit(message, stanza(id));
        return result;
    }

    private CompletableFuture<SentMessage> follow(String id) {
        return outbox.follow(store.transact(tx -> SentMessages.earlier(tx, id)).orElseThrow());
    }

    private void login() {
        stream.connect();
        outbox.resend();
    }

    private int rows() {
        return store.transact(tx -> tx.keys(StoreTable.OUTBOX, "", null, 100)).size();
    }

    @Test
    void givenAMessageOnItsWay_whenTheServerAcknowledges_thenItIsToldAndTheRowIsGone() {
        CompletableFuture<SentMessage> result = send("A");
        assertThat(stream.unacknowledged("A").patience()).isEqualTo(ACK_TIMEOUT);
        assertThat(result).isNotDone();
        assertThat(rows()).isEqualTo(1);

        stream.acknowledge(
                "A",
                Node.builder("ack").attr("id", "A").attr("t", 1_760_000_005L).build());

        assertThat(result).isCompletedWithValue(new SentMessage(key("A"), Instant.ofEpochSecond(1_760_000_005L)));
        assertThat(changes).containsExactly(new StatusChange(key("A"), MessageStatus.SERVER_ACK));
        assertThat(acknowledged).containsExactly("A");
        pass(REMOVAL);
        assertThat(rows()).isZero();
    }

    @Test
    void givenARowThatIsNotGoneYet_whenTheServerHasTheMessage_thenItIsNotSentAgainAndTakesNoRoom() {
        send("A", true);
        stream.acknowledge("A");
        stream.takeSent();
        assertThat(rows()).as("removed a moment later").isEqualTo(1);

        stream.disconnect();
        login();
        outbox.reached(Set.of(BOB), List.of("A"));

        assertThat(stream.takeSent()).isEmpty();
        assertThat(changes).containsExactly(new StatusChange(key("A"), MessageStatus.SERVER_ACK));
        assertThat(outbox.hasRoom(LIMIT)).isTrue();
        assertThat(follow("A")).isCompleted();
        pass(REMOVAL);
        assertThat(rows()).isZero();
        assertThat(follow("A")).isCompleted();
    }

    @Test
    void givenARowThatIsNotGoneYet_whenTheAccountEnds_thenItGoesAtOnce() {
        send("A");
        stream.acknowledge("A");

        outbox.close(new SocketClosedException("closed"));

        assertThat(rows()).isZero();
    }

    @Test
    void givenManyRowsThatAreNotGoneYet_whenTheyAreEnough_thenTheyGoTogetherWithoutWaiting() {
        for (int i = 0; i < 64; i++) {
            send("A" + i);
            stream.acknowledge("A" + i);
        }

        assertThat(rows()).isZero();
    }

    @Test
    void givenAnAckWithoutATime_whenItComes_thenTheServersClockTells() {
        stream.setServerTimeMillis(1_760_000_007_900L);
        CompletableFuture<SentMessage> result = send("A");

        stream.acknowledge("A");

        assertThat(result.join().timestamp()).isEqualTo(Instant.ofEpochSecond(1_760_000_007L));
    }

    @Test
    void givenAMessageThatCostAConnection_whenLoggedInAgain_thenTheSameStanzaGoesOutWithTwiceThePatience() {
        CompletableFuture<SentMessage> result = send("A");
        stream.takeSent();
        for (int doublings = 1; doublings <= 8; doublings++) {
            stream.fail("A", new RequestTimeoutException("no ack"));
            assertThat(stream.takeSent()).as("not before the login").isEmpty();

            login();

            assertThat(stream.takeSent()).containsExactly(stanza("A"));
            assertThat(stream.unacknowledged("A").patience())
                    .isEqualTo(ACK_TIMEOUT.multipliedBy(1L << Math.min(doublings, 6)));
        }
        stream.acknowledge("A");
        assertThat(result).isCompleted();
    }

    @Test
    void givenAConnectionThatIsLost_whenLoggedInAgain_thenThePatienceIsTheSame() {
        CompletableFuture<SentMessage> result = send("A");
        stream.disconnect();
        assertThat(result).isNotDone();

        login();

        assertThat(stream.unacknowledged("A").patience()).isEqualTo(ACK_TIMEOUT);
    }

    @Test
    void givenMessagesThatWereLost_whenLoggedInAgain_thenTheyGoOutInTheirOrderAndBeforeNewOnes() {
        send("B");
        send("A");
        stream.disconnect();
        QueuedMessage third = commit("C", false);
        outbox.acknowledgement(third);
        stream.takeSent();

        login();
        outbox.transmit(third, stanza("C"));
        send("D");

        assertThat(stream.takeSentIds()).containsExactly("B", "A", "C", "D");
    }

    @Test
    void givenAMessageThatWasCommittedMeanwhile_whenLoggedInAgain_thenItOvertakesNone() {
        send("A");
        send("B");
        stream.disconnect();
        outbox.interrupted();
        QueuedMessage committed = commit("C", false);
        stream.takeSent();

        stream.connect();
        outbox.transmit(committed, stanza("C"));
        assertThat(stream.takeSentIds()).as("before the others").isEmpty();
        outbox.resend();

        assertThat(stream.takeSentIds()).containsExactly("A", "B", "C");
    }

    @Test
    void givenMessagesThatGoOutAgain_whenAnotherIsCommitted_thenItGoesBehindThem() {
        send("A");
        send("B");
        stream.disconnect();
        outbox.interrupted();
        stream.takeSent();
        stream.connect();
        stream.onNext("A", () -> send("C"));

        outbox.resend();

        assertThat(stream.takeSentIds()).containsExactly("A", "B", "C");
    }

    @Test
    void givenAMessageThatGoesOutAgain_whenItsFirstAckComes_thenItIsNotSentAThirdTime() {
        send("A");
        stream.disconnect();
        login();
        stream.acknowledge("A");
        stream.takeSent();

        login();

        assertThat(stream.takeSent()).isEmpty();
    }

    @Test
    void givenAMessageThatTheServerRefuses_whenItsAckComes_thenThatIsToldAndItIsNotSentAgain() {
        CompletableFuture<SentMessage> result = send("A");

        stream.acknowledge(
                "A", Node.builder("ack").attr("id", "A").attr("error", 479).build());

        assertFailedWith(result, ServerRefusedException.class);
        assertThat(changes).containsExactly(new StatusChange(key("A"), MessageStatus.ERROR));
        pass(REMOVAL);
        assertThat(rows()).isZero();
        assertFailedWith(follow("A"), ServerRefusedException.class);
    }

    @Test
    void givenAMessageThatIsTooOld_whenTheOutboxIsLookedThrough_thenItIsGivenUp() {
        stream.disconnect();
        CompletableFuture<SentMessage> old = send("OLD");
        pass(EXPIRY.minus(ACK_TIMEOUT));
        CompletableFuture<SentMessage> young = send("YOUNG");
        assertThat(old).isNotDone();

        pass(Duration.ofMinutes(1));

        assertFailedWith(old, MessageExpiredException.class);
        assertThat(changes).containsExactly(new StatusChange(key("OLD"), MessageStatus.ERROR));
        assertThat(young).isNotDone();
        assertFailedWith(follow("OLD"), MessageExpiredException.class);
        stream.takeSent();
        login();
        assertThat(stream.takeSentIds()).containsExactly("YOUNG");
    }

    @Test
    void givenTheLimit_whenMessagesAreStoredOrOnTheirWayThere_thenBothTakeRoom() {
        assertThat(outbox.hasRoom(LIMIT)).isTrue();
        assertThat(outbox.hasRoom(LIMIT + 1)).isFalse();
        send("A");
        assertThat(outbox.hasRoom(LIMIT)).isFalse();
        assertThat(outbox.hasRoom(LIMIT - 1)).isTrue();
        stream.acknowledge("A");
        assertThat(outbox.hasRoom(LIMIT)).isTrue();
    }

    @Test
    void givenWhatAnEarlierProcessLeft_whenStarted_thenItTakesRoomUntilItIsAcknowledged() {
        send("A");
        send("B");
        stream.disconnect();
        restart();
        assertThat(outbox.hasRoom(2)).isFalse();
        assertThat(outbox.hasRoom(1)).isTrue();

        login();
        assertThat(outbox.hasRoom(2)).as("sent, and not counted twice").isFalse();
        assertThat(outbox.hasRoom(1)).isTrue();
        stream.acknowledge("A");
        stream.acknowledge("B");

        assertThat(outbox.hasRoom(LIMIT)).isTrue();
    }

    @Test
    void givenWhatAnEarlierProcessLeft_whenLoggedIn_thenItGoesOutInItsOrderAndIsToldAsNews() {
        send("A");
        send("B");
        stream.disconnect();
        restart();
        stream.takeSent();

        login();
        assertThat(stream.takeSent()).containsExactly(stanza("A"), stanza("B"));
        stream.acknowledge("A");

        assertThat(changes).containsExactly(new StatusChange(key("A"), MessageStatus.SERVER_ACK));
        pass(REMOVAL);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void givenAChosenIdOfAnEarlierProcess_whenItIsFollowed_thenItsAckIsToldAndLaterWhatWasToldThen() {
        send("CHOSEN", true);
        stream.disconnect();
        restart();

        CompletableFuture<SentMessage> followed = follow("CHOSEN");
        assertThat(followed).isNotDone();
        login();
        stream.acknowledge(
                "CHOSEN",
                Node.builder("ack")
                        .attr("id", "CHOSEN")
                        .attr("t", 1_760_000_009L)
                        .build());

        SentMessage expected = new SentMessage(key("CHOSEN"), Instant.ofEpochSecond(1_760_000_009L));
        assertThat(followed).isCompletedWithValue(expected);
        assertThat(follow("CHOSEN")).isCompletedWithValue(expected);
    }

    @Test
    void givenAStoreThatFails_whenTheAckComes_thenItIsToldAndTheRowIsRemovedLater() {
        CompletableFuture<SentMessage> result = send("A");
        store.failing(true);
        stream.acknowledge("A");
        assertThat(result).isCompleted();
        pass(REMOVAL);
        store.failing(false);
        assertThat(rows()).isEqualTo(1);

        pass(Duration.ofMinutes(1));

        assertThat(rows()).isZero();
    }

    @Test
    void givenAStoreThatFails_whenLoggedIn_thenWhatIsLeftGoesOutLater() {
        send("A");
        stream.disconnect();
        stream.takeSent();
        stream.connect();
        store.failing(true);
        try {
            outbox.resend();
        } catch (RuntimeException e) {
            assertThat(e).hasMessageContaining("the test lets the store fail");
        }
        assertThat(stream.takeSent()).isEmpty();
        store.failing(false);

        pass(Duration.ofMinutes(1));

        assertThat(stream.takeSentIds()).containsExactly("A");
    }

    @Test
    void givenARowThatCannotBeRead_whenLoggedIn_thenTheOthersGoOutAndItStaysUntilItIsTooOld() {
        QueuedMessage damaged = commit("A", false);
        store.transact(tx -> {
            tx.put(StoreTable.OUTBOX, damaged.row(), new byte[] {1, 2, 3});
            return true;
        });
        commit("B", false);
        restart();

        login();
        assertThat(stream.takeSentIds()).containsExactly("B");
        stream.acknowledge("B");
        pass(REMOVAL);
        assertThat(rows()).isEqualTo(1);

        pass(EXPIRY.plusMinutes(1));
        assertThat(rows()).isZero();
        assertThat(outbox.hasRoom(LIMIT)).isTrue();
    }

    @Test
    void givenAReceiptBeforeTheAck_whenItNamesTheChat_thenTheServerHasTheMessage() {
        send("A");
        outbox.reached(Set.of(Jid.phone("15559999999")), List.of("A"));
        assertThat(changes).as("an id of another chat").isEmpty();

        outbox.reached(Set.of(BOB), List.of("A", "UNKNOWN"));
        stream.acknowledge("A");

        assertThat(changes).containsExactly(new StatusChange(key("A"), MessageStatus.SERVER_ACK));
    }

    @Test
    void givenAnAccountThatEnds_whenMessagesWait_thenTheirFuturesFailAndTheRowsStay() {
        CompletableFuture<SentMessage> result = send("A");

        outbox.close(new SocketClosedException("closed"));

        assertFailedWith(result, SocketClosedException.class);
        assertFailedWith(send("B"), SocketClosedException.class);
        assertThat(rows()).isEqualTo(2);
        assertThat(timer.scheduled()).isZero();
    }

    private static void assertFailedWith(CompletableFuture<?> future, Class<? extends Throwable> type) {
        assertThat(future).isCompletedExceptionally();
        assertThat(future.handle((value, failure) -> failure).join()).isExactlyInstanceOf(type);
    }
}
