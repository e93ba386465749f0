package dev.waxwing.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.LoggedOutException;
import dev.waxwing.error.OutboxFullException;
import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.model.Jid;
import dev.waxwing.model.SentMessage;
import dev.waxwing.scaling.Pacing;
import dev.waxwing.scaling.Rotation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Which socket gets which message, and what becomes of it when that socket goes down. */
final class MessagePoolTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(75);
    private static final Jid BOB = Jid.phone("15551230001");
    private static final Jid BOB_LID = Jid.lid("236395184570386");
    private static final Jid CAROL = Jid.phone("15551230002");
    private static final Jid DAVE = Jid.phone("15551230003");

    private final SteppedTimer timer = new SteppedTimer();
    private final SteppedLane lane = new SteppedLane();
    private final FakeSocket a = new FakeSocket();
    private final FakeSocket b = new FakeSocket();
    private final FakeSocket c = new FakeSocket();

    @Test
    void givenThreeOpenSockets_whenRoundRobin_thenEachGetsEveryThird() {
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a, b, c);

        send(pool, BOB, "1", "2", "3", "4", "5", "6");

        assertThat(a.texts()).containsExactly("1", "4");
        assertThat(b.texts()).containsExactly("2", "5");
        assertThat(c.texts()).containsExactly("3", "6");
    }

    @Test
    void givenSocketThatIsNotOpen_whenSent_thenItIsSkippedUntilItOpens() {
        b.open = false;
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a, b, c);

        send(pool, BOB, "1", "2", "3");
        b.open = true;
        pool.changed();
        send(pool, BOB, "4");

        assertThat(a.texts()).containsExactly("1", "3");
        assertThat(c.texts()).containsExactly("2");
        assertThat(b.texts()).containsExactly("4");
    }

    @Test
    void givenSocketWasDown_whenItOpensAgain_thenItCatchesUpUntilSharesAreEven() {
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a, b, c);
        sendCounted(pool, 3);
        b.open = false;
        pool.changed();
        sendCounted(pool, 6);
        b.open = true;
        pool.changed();

        sendCounted(pool, 6);

        assertThat(shares()).containsExactly(5, 5, 5);
    }

    @Test
    void givenSocketWasDownForLong_whenItOpensAgain_thenItCatchesUpAThousandMessagesAndNoMore() {
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a, b);
        b.open = false;
        pool.changed();
        sendCounted(pool, 1_500);
        b.open = true;
        pool.changed();

        sendCounted(pool, 1_000);
        assertThat(b.taken).hasSize(1_000);
        sendCounted(pool, 10);

        assertThat(a.taken).hasSize(1_505);
        assertThat(b.taken).hasSize(1_005);
    }

    @Test
    void givenAPoolThatHasSentMuch_whenASocketJoins_thenItGetsItsShareFromThenOn() {
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a, b);
        sendCounted(pool, 100);

        pool.add(c);
        sendCounted(pool, 9);

        assertThat(c.taken).hasSize(3);
    }

    @Test
    void givenMessagesWereTakenBackFromASocket_whenItOpensAgain_thenTheyDoNotCountAsItsShare() {
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a, b);
        send(pool, BOB, "1", "2", "3", "4");
        a.taken.get(0).stored = true;
        a.open = false;
        pool.changed();
        assertThat(b.texts()).containsExactly("2", "4", "3");
        a.open = true;
        pool.changed();

        send(pool, BOB, "5", "6");

        assertThat(a.texts()).containsExactly("1", "3", "5", "6");
    }

    @Test
    void givenSlowSocket_whenLeastPending_thenTheOthersGetMore() {
        MessagePool<String> pool = pool(Rotation.LEAST_PENDING, Pacing.NONE, a, b);

        send(pool, BOB, "1", "2");
        b.last().acknowledge();
        send(pool, BOB, "3");
        b.last().acknowledge();
        send(pool, BOB, "4");

        assertThat(a.texts()).containsExactly("1");
        assertThat(b.texts()).containsExactly("2", "3", "4");
    }

    @Test
    void givenSticky_whenChatsAreWrittenTo_thenEachStaysWithItsSocketAndSharesAreEven() {
        MessagePool<String> pool = pool(Rotation.STICKY_PER_CHAT, Pacing.NONE, a, b, c);

        send(pool, BOB, "b1");
        send(pool, CAROL, "c1");
        send(pool, BOB, "b2", "b3");
        send(pool, DAVE, "d1");
        send(pool, CAROL, "c2");

        assertThat(a.texts()).containsExactly("b1", "b2", "b3");
        assertThat(b.texts()).containsExactly("c1", "c2");
        assertThat(c.texts()).containsExactly("d1");
    }

    @Test
    void givenSticky_whenAnAccountKnowsThatNumberAndLidAreOnePerson_thenTheyAreOneChat() {
        b.names = Set.of(BOB, BOB_LID);
        MessagePool<String> pool = pool(Rotation.STICKY_PER_CHAT, Pacing.NONE, a, b);

        send(pool, BOB, "1");
        send(pool, BOB_LID, "2");
        send(pool, BOB.withDevice(3), "3");

        assertThat(a.texts()).containsExactly("1", "2", "3");
    }

    @Test
    void givenSticky_whenTheServersAnswerTellsTheOtherAddress_thenTheyAreOneChatFromThenOn() {
        MessagePool<String> pool = pool(Rotation.STICKY_PER_CHAT, Pacing.NONE, a, b);

        send(pool, BOB, "1");
        a.last().acknowledge(BOB_LID, Optional.of(BOB));
        send(pool, BOB_LID, "2");

        assertThat(a.texts()).containsExactly("1", "2");
    }

    @Test
    void givenSticky_whenItsSocketIsDown_thenTheChatWaitsForItAndOthersDoNot() {
        MessagePool<String> pool = pool(Rotation.STICKY_PER_CHAT, Pacing.NONE, a, b);
        send(pool, BOB, "1");
        send(pool, CAROL, "c1");
        a.open = false;
        pool.changed();

        send(pool, BOB, "2", "3");
        send(pool, CAROL, "c2");
        assertThat(a.texts()).containsExactly("1");
        assertThat(b.texts()).containsExactly("c1", "c2");

        a.open = true;
        pool.changed();
        assertThat(a.texts()).containsExactly("1", "2", "3");
    }

    @Test
    void givenSticky_whenItsSocketStaysDown_thenItsMessagesFailAndAreNotSentByAnother() {
        MessagePool<String> pool = pool(Rotation.STICKY_PER_CHAT, Pacing.NONE, a, b);
        send(pool, BOB, "1");
        a.open = false;
        pool.changed();
        CompletableFuture<SentMessage> second = send(pool, BOB, "2");

        timer.advance(TIMEOUT);

        assertThat(failure(second)).isInstanceOf(ConnectionLostException.class);
        assertThat(b.taken).isEmpty();
    }

    @Test
    void givenSticky_whenItsSocketEndsForGood_thenTheChatMovesInOrder() {
        Fixture fixture = new Fixture(Rotation.STICKY_PER_CHAT, a, b);
        MessagePool<String> pool = fixture.pool;
        send(pool, BOB, "stored", "1");
        a.taken.get(0).stored = true;
        a.open = false;
        pool.changed();
        send(pool, BOB, "2");

        pool.ended(fixture.members.get(0), new LoggedOutException("gone"));
        send(pool, BOB, "3");

        assertThat(b.texts()).containsExactly("1", "2", "3");
    }

    @Test
    void givenSticky_whenMessagesFailBeforeTheEndIsHeard_thenTheyMoveWithTheirChatInOrder() {
        Fixture fixture = new Fixture(Rotation.STICKY_PER_CHAT, a, b);
        send(fixture.pool, BOB, "1", "2");
        LoggedOutException reason = new LoggedOutException("gone");

        // The order in which futures fail is not that of the calls.
        a.taken.get(1).fail(reason);
        a.taken.get(0).fail(reason);
        assertThat(b.taken).isEmpty();
        fixture.pool.ended(fixture.members.get(0), reason);

        assertThat(b.texts()).containsExactly("1", "2");
    }

    @Test
    void givenSocketGoesDown_whenRoundRobin_thenOnlyWhatIsSurelyNotStoredMoves() {
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a, b);
        CompletableFuture<SentMessage> stored = send(pool, BOB, "stored");
        send(pool, BOB, "of b");
        CompletableFuture<SentMessage> moved = send(pool, BOB, "moves");
        a.taken.get(0).stored = true;

        a.open = false;
        pool.changed();

        assertThat(a.texts()).containsExactly("stored", "moves");
        assertThat(a.last().withdrawn).isTrue();
        assertThat(b.texts()).containsExactly("of b", "moves");
        assertThat(moved).isNotDone();
        b.last().acknowledge();
        assertThat(moved).isCompleted();
        assertThat(stored).isNotDone();
        a.taken.get(0).acknowledge();
        assertThat(stored).isCompleted();
    }

    @Test
    void givenOnlySocketGoesDown_whenNothingElseIsOpen_thenMessagesStayWithIt() {
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a);
        send(pool, BOB, "1");

        a.open = false;
        pool.changed();

        assertThat(a.last().withdrawn).isFalse();
    }

    @Test
    void givenNoSocketOpen_whenTheSendTimeoutIsOver_thenTheMessageFailsAndIsNotSent() {
        a.open = false;
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a);
        CompletableFuture<SentMessage> sending = send(pool, BOB, "1");
        timer.advance(TIMEOUT.minusNanos(1));
        assertThat(sending).isNotDone();

        timer.advance(Duration.ofNanos(1));
        a.open = true;
        pool.changed();

        assertThat(failure(sending)).isInstanceOf(ConnectionLostException.class);
        assertThat(a.taken).isEmpty();
    }

    @Test
    void givenNoSocketOpen_whenOneOpensInTime_thenWhatWaitedGoesOutInOrder() {
        a.open = false;
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a);
        send(pool, BOB, "1", "2", "3");

        a.open = true;
        pool.changed();

        assertThat(a.texts()).containsExactly("1", "2", "3");
    }

    @Test
    void givenPacing_whenManyAreSent_thenABurstLeavesAtOnceAndThenOneEachGap() {
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, new Pacing(Duration.ofSeconds(1), 2), a);
        send(pool, BOB, "1", "2", "3", "4");
        assertThat(a.texts()).containsExactly("1", "2");

        timer.advance(Duration.ofSeconds(1));
        assertThat(a.texts()).containsExactly("1", "2", "3");
        timer.advance(Duration.ofSeconds(1));
        assertThat(a.texts()).containsExactly("1", "2", "3", "4");

        timer.advance(Duration.ofSeconds(1));
        send(pool, BOB, "5", "6");
        assertThat(a.texts()).containsExactly("1", "2", "3", "4", "5");
    }

    @Test
    void givenPacing_whenATurnTakesLongerThanTheSendTimeout_thenNothingFails() {
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.every(Duration.ofMinutes(1)), a);
        send(pool, BOB, "1", "2", "3", "4");

        timer.advance(Duration.ofMinutes(3));

        assertThat(a.texts()).containsExactly("1", "2", "3", "4");
    }

    @Test
    void givenPacing_whenThreeSocketsShare_thenSharesAreEven() {
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.every(Duration.ofSeconds(1)), a, b, c);
        for (int i = 0; i < 12; i++) {
            send(pool, BOB, "m" + i);
        }

        timer.advance(Duration.ofSeconds(3));

        assertThat(List.of(a.taken.size(), b.taken.size(), c.taken.size())).containsExactly(4, 4, 4);
    }

    @Test
    void givenFullQueue_whenSent_thenItFailsAtOnceAndRoomComesBack() {
        a.open = false;
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a);
        for (int i = 0; i < 10; i++) {
            send(pool, BOB, "m" + i);
        }
        assertThat(failure(send(pool, BOB, "too many"))).isInstanceOf(OutboxFullException.class);

        a.open = true;
        pool.changed();
        send(pool, BOB, "again");

        assertThat(a.texts()).hasSize(11).endsWith("again");
    }

    @Test
    void givenOneOutboxFull_whenSent_thenAnotherSocketTakesItAndIfAllAreFullItFails() {
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a, b);
        CompletableFuture<SentMessage> sending = send(pool, BOB, "1");

        a.last().fail(new OutboxFullException(10));
        assertThat(b.texts()).containsExactly("1");
        assertThat(sending).isNotDone();
        b.last().fail(new OutboxFullException(10));

        assertThat(failure(sending)).isInstanceOf(OutboxFullException.class);
        assertThat(a.texts()).containsExactly("1");
    }

    @Test
    void givenFailureOfTheMessageItself_whenItIsHeard_thenNoOtherSocketTries() {
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a, b);
        CompletableFuture<SentMessage> refused = send(pool, BOB, "1");
        CompletableFuture<SentMessage> late = send(pool, BOB, "2");

        a.last().fail(new ServerRefusedException("message", 404, "no device", null));
        b.last().stored = true;
        b.last().fail(new RequestTimeoutException("it stays in the outbox"));

        assertThat(failure(refused)).isInstanceOf(ServerRefusedException.class);
        assertThat(failure(late)).isInstanceOf(RequestTimeoutException.class);
        assertThat(a.texts()).containsExactly("1");
        assertThat(b.texts()).containsExactly("2");
    }

    @Test
    void givenSocketEnds_whenItHadStoredAMessage_thenTheFutureFailsWithTheReasonAndNobodyElseSendsIt() {
        Fixture fixture = new Fixture(Rotation.ROUND_ROBIN, a, b);
        CompletableFuture<SentMessage> stored = send(fixture.pool, BOB, "1");
        a.last().stored = true;
        LoggedOutException reason = new LoggedOutException("gone");

        a.last().fail(reason);
        fixture.pool.ended(fixture.members.get(0), reason);

        assertThat(failure(stored)).isSameAs(reason);
        assertThat(b.taken).isEmpty();
    }

    @Test
    void givenSocketRemoved_whenMessagesWaitForTheirTurn_thenOthersSendThemAndItsOwnStayWithIt() {
        Fixture fixture = new Fixture(Rotation.STICKY_PER_CHAT, Pacing.every(Duration.ofSeconds(1)), a, b);
        CompletableFuture<SentMessage> given = send(fixture.pool, BOB, "1");
        send(fixture.pool, BOB, "2");

        fixture.pool.remove(fixture.members.get(0));
        assertThat(b.texts()).containsExactly("2");
        a.last().acknowledge();

        assertThat(given).isCompleted();
    }

    @Test
    void givenIdThatASocketsStoreHolds_whenSentAgain_thenItGoesToThatSocketAndWaitsForIt() {
        b.known.add("invoice");
        b.open = false;
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a, b);

        pool.send(BOB, "invoice", "1");
        assertThat(a.taken).isEmpty();
        b.open = true;
        pool.changed();

        assertThat(b.texts()).containsExactly("1");
    }

    @Test
    void givenIdOfAMessageUnderWay_whenSentAgain_thenTheSameSocketGetsIt() {
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a, b);

        pool.send(BOB, "invoice", "1");
        pool.send(BOB, "invoice", "1 again");

        assertThat(a.texts()).containsExactly("1", "1 again");
        assertThat(b.taken).isEmpty();
    }

    @Test
    void givenTwoMessagesOfOneIdWithASocketThatGoesDown_whenNotStored_thenNeitherMovesAlone() {
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a, b);
        pool.send(BOB, "invoice", "1");
        pool.send(BOB, "invoice", "1 again");

        a.open = false;
        pool.changed();
        assertThat(b.taken).isEmpty();
        a.open = true;
        pool.changed();

        assertThat(a.texts()).containsExactly("1", "1 again", "1", "1 again");
        assertThat(b.taken).isEmpty();
    }

    @Test
    void givenIdWhoseSocketEnds_whenItsStoreHoldsIt_thenTheMessageFailsRatherThanGoTwice() {
        b.known.add("invoice");
        b.open = false;
        Fixture fixture = new Fixture(Rotation.ROUND_ROBIN, a, b);
        CompletableFuture<SentMessage> sending =
                fixture.pool.send(BOB, "invoice", "1").result();

        fixture.pool.ended(fixture.members.get(1), new SocketClosedException("closed"));

        assertThat(failure(sending)).isInstanceOf(SocketClosedException.class);
        assertThat(a.taken).isEmpty();
    }

    @Test
    void givenStoreThatCannotBeAsked_whenSentWithAnId_thenItFailsRatherThanGoTwice() {
        a.answers = CompletableFuture.failedFuture(new StoreFailedException("disk"));
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a, b);

        CompletableFuture<SentMessage> sending = pool.send(BOB, "invoice", "1").result();

        assertThat(failure(sending)).isInstanceOf(StoreFailedException.class);
        assertThat(b.taken).isEmpty();
    }

    @Test
    void givenAnswersThatTakeTheirTime_whenOthersAreSentMeanwhile_thenTheOrderOfTheCallsHolds() {
        a.answers = new CompletableFuture<>();
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a);
        pool.send(BOB, "invoice", "1");
        send(pool, BOB, "2");
        assertThat(a.taken).isEmpty();

        a.answers.complete(null);

        assertThat(a.texts()).containsExactly("1", "2");
    }

    @Test
    void givenMessageThatWaits_whenItsFutureIsCancelled_thenItIsNotSentAndTakesNoRoom() {
        a.open = false;
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a);
        for (int i = 0; i < 10; i++) {
            send(pool, BOB, "m" + i).cancel(false);
        }
        send(pool, BOB, "kept");

        a.open = true;
        pool.changed();

        assertThat(a.texts()).containsExactly("kept");
    }

    @Test
    void givenMessageWithASocket_whenItsFutureIsCancelled_thenTheSocketDropsItUnlessItIsStored() {
        MessagePool<String> pool = pool(Rotation.ROUND_ROBIN, Pacing.NONE, a);

        send(pool, BOB, "1").cancel(false);
        assertThat(a.last().withdrawn).isTrue();

        CompletableFuture<SentMessage> stored = send(pool, BOB, "2");
        a.last().stored = true;
        stored.cancel(false);
        assertThat(a.last().result()).isNotDone();
    }

    @Test
    void givenMessageThatIsWithdrawn_whenItWaitsOrIsWithASocket_thenTheAnswerIsTrueOnlyIfItIsNotStored() {
        Fixture fixture = new Fixture(Rotation.ROUND_ROBIN, Pacing.every(Duration.ofSeconds(1)), a);
        GivenMessage stored = fixture.pool.send(BOB, null, "1");
        GivenMessage waits = fixture.pool.send(BOB, null, "2");
        a.last().stored = true;

        assertThat(waits.withdraw()).isTrue();
        assertThat(stored.withdraw()).isFalse();
        timer.advance(Duration.ofSeconds(5));

        assertThat(a.texts()).containsExactly("1");
        assertThat(waits.result()).isCancelled();
    }

    @Test
    void givenMessagesWaiting_whenThePoolIsClosed_thenTheyFailAndNoTimerIsLeft() {
        a.open = false;
        MessagePool<String> pool = pool(Rotation.STICKY_PER_CHAT, Pacing.NONE, a);
        CompletableFuture<SentMessage> waiting = send(pool, BOB, "1");

        pool.close();

        assertThat(failure(waiting)).isInstanceOf(SocketClosedException.class);
        assertThat(failure(send(pool, BOB, "2"))).isInstanceOf(SocketClosedException.class);
        assertThat(timer.pending()).isZero();
    }

    @Test
    void givenMessagesInAllStates_whenCounted_thenStatsSaySo() {
        Fixture fixture = new Fixture(Rotation.STICKY_PER_CHAT, Pacing.every(Duration.ofSeconds(1)), a);
        send(fixture.pool, BOB, "1", "2", "3");
        Member<String> member = fixture.members.get(0);
        assertThat(member.pending()).isEqualTo(3);

        a.last().acknowledge();
        timer.advance(Duration.ofSeconds(1));
        a.last().fail(new ServerRefusedException("message", 404, "no device", null));

        assertThat(List.of(member.sent(), member.failed(), (long) member.pending()))
                .containsExactly(1L, 1L, 1L);
    }

    private static CompletableFuture<SentMessage> send(MessagePool<String> pool, Jid to, String... texts) {
        CompletableFuture<SentMessage> last = new CompletableFuture<>();
        for (String text : texts) {
            last = pool.send(to, null, text).result();
        }
        return last;
    }

    /** Messages that are stored and acknowledged as soon as a socket has them. */
    private void sendCounted(MessagePool<String> pool, int count) {
        for (int i = 0; i < count; i++) {
            send(pool, BOB, "counted");
            for (FakeSocket socket : List.of(a, b, c)) {
                if (!socket.taken.isEmpty() && !socket.last().stored) {
                    socket.last().acknowledge();
                }
            }
        }
    }

    private List<Integer> shares() {
        return List.of(a.taken.size(), b.taken.size(), c.taken.size());
    }

    private static Throwable failure(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        return future.handle((done, failure) -> failure).join();
    }

    private MessagePool<String> pool(Rotation rotation, Pacing pacing, FakeSocket... sockets) {
        return new Fixture(rotation, pacing, sockets).pool;
    }

    private final class Fixture {

        private final MessagePool<String> pool;
        private final List<Member<String>> members;

        Fixture(Rotation rotation, FakeSocket... sockets) {
            this(rotation, Pacing.NONE, sockets);
        }

        Fixture(Rotation rotation, Pacing pacing, FakeSocket... sockets) {
            pool = new MessagePool<>(
                    new MessagePool.Settings(rotation, pacing, TIMEOUT, 10), lane, Runnable::run, timer);
            members = List.of(sockets).stream().map(pool::add).toList();
        }
    }
}
