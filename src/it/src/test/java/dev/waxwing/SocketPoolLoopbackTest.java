package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.LoggedOutException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.Events;
import dev.waxwing.model.Jid;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.scaling.BatchOptions;
import dev.waxwing.scaling.BatchOutcome;
import dev.waxwing.scaling.BatchResult;
import dev.waxwing.scaling.Pacing;
import dev.waxwing.scaling.Rotation;
import dev.waxwing.testkit.LoopbackServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several sockets as one, and many recipients at once, over real sockets. */
final class SocketPoolLoopbackTest {

    private final LoopbackServer server = LoopbackServer.start();

    @RegisterExtension
    final Accounts accounts = new Accounts(server);

    @Test
    void givenTwoSockets_whenSent_thenTheyTakeTurnsAndStatsSaySo() throws Exception {
        Client alice = accounts.client("alice");
        Client anna = accounts.client("anna");
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        SocketPool pool = pool(Rotation.ROUND_ROBIN, alice, anna);

        for (int i = 0; i < 4; i++) {
            sent(pool.sendMessage(bob.jid(), Content.text("text " + i)));
        }

        assertThat(atBob.awaitCount(4))
                .extracting(WebMessage::text)
                .containsExactly("text 0", "text 1", "text 2", "text 3");
        assertThat(pool.stats())
                .containsExactly(
                        new SocketStats(alice.socket(), ConnectionUpdate.State.OPEN, 2, 0, 0),
                        new SocketStats(anna.socket(), ConnectionUpdate.State.OPEN, 2, 0, 0));
    }

    @Test
    void givenMessagesToBothSockets_whenHeard_thenTheListenerIsToldWhichSocketTheyCameTo() throws Exception {
        Client alice = accounts.client("alice");
        Client anna = accounts.client("anna");
        Client bob = accounts.client("bob");
        SocketPool pool = pool(Rotation.ROUND_ROBIN, alice);
        Heard<ToSocket> heard = new Heard<>();
        pool.ev()
                .on(
                        Events.MESSAGES_UPSERT,
                        (socket, batch) -> batch.messages()
                                .forEach(message -> heard.accept(new ToSocket(socket, message.text()))));
        pool.add(anna.socket());

        bob.send(alice, "to alice");
        bob.send(anna, "to anna");

        assertThat(heard.awaitCount(2))
                .containsExactlyInAnyOrder(
                        new ToSocket(alice.socket(), "to alice"), new ToSocket(anna.socket(), "to anna"));
    }

    @Test
    void givenSticky_whenOneChatIsNamedByNumberAndByLid_thenOneSocketSendsAll() throws Exception {
        Client alice = accounts.client("alice");
        Client anna = accounts.client("anna");
        Client bob = accounts.client("bob");
        SocketPool pool = pool(Rotation.STICKY_PER_CHAT, alice, anna);
        Jid lid = bob.socket().lid().orElseThrow().withoutDevice();

        sent(pool.sendMessage(bob.jid(), Content.text("by number")));
        sent(pool.sendMessage(lid, Content.text("by lid")));

        assertThat(pool.stats()).extracting(SocketStats::sent).containsExactly(2L, 0L);
    }

    @Test
    void givenSocketThatIsLoggedOut_whenItEnds_thenItLeavesWithItsReasonAndTheOthersGoOn() throws Exception {
        Client alice = accounts.client("alice");
        Client anna = accounts.client("anna");
        Client bob = accounts.client("bob");
        SocketPool pool = pool(Rotation.ROUND_ROBIN, alice, anna);
        CompletableFuture<WaxwingException> ended = new CompletableFuture<>();
        pool.ev().onSocketEnded((socket, reason) -> {
            if (socket == alice.socket()) {
                ended.complete(reason);
            }
        });

        server.phone("alice").removeCompanion(alice.device());

        assertThat(ended.get(Client.PATIENCE_SECONDS, SECONDS)).isInstanceOf(LoggedOutException.class);
        assertThat(pool.sockets()).containsExactly(anna.socket());
        sent(pool.sendMessage(bob.jid(), Content.text("one")));
        sent(pool.sendMessage(bob.jid(), Content.text("two")));
        assertThat(pool.stats()).extracting(SocketStats::sent).containsExactly(2L);
    }

    @Test
    void givenNoSocketOpen_whenTheSendTimeoutIsOver_thenTheMessageIsNotSent() throws Exception {
        Client bob = accounts.client("bob");
        try (SocketPool pool =
                SocketPool.builder().sendTimeout(Duration.ofMillis(50)).build()) {
            assertThat(Client.failure(pool.sendMessage(bob.jid(), Content.text("one"))))
                    .isInstanceOf(ConnectionLostException.class);
        }
    }

    @Test
    void givenIdThatOneSocketSentBefore_whenAnotherPoolSendsItAgain_thenItIsNotSentTwice() throws Exception {
        Client alice = accounts.client("alice");
        Client anna = accounts.client("anna");
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        SendOptions once = SendOptions.builder().messageId("invoice-4711").build();
        SentMessage first = sent(anna.socket().sendMessage(bob.jid(), Content.text("invoice"), once));
        SocketPool pool = pool(Rotation.ROUND_ROBIN, alice, anna);

        SentMessage second = sent(pool.sendMessage(bob.jid(), Content.text("invoice"), once));
        sent(pool.sendMessage(bob.jid(), Content.text("fence of one")));
        sent(pool.sendMessage(bob.jid(), Content.text("fence of the other")));

        assertThat(second).isEqualTo(first);
        assertThat(atBob.awaitCount(3))
                .extracting(WebMessage::text)
                // They come from two accounts, so to Bob they are two chats, which do not wait for each other.
                .containsExactlyInAnyOrder("invoice", "fence of one", "fence of the other");
    }

    @Test
    void givenBadRecipient_whenSent_thenTheFutureFailsAndNamesIt() throws Exception {
        SocketPool pool = pool(Rotation.ROUND_ROBIN, accounts.client("alice"));

        assertThat(Client.failure(pool.sendMessage(Jid.SERVER, Content.text("one"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("to ");
    }

    @Test
    void givenPool_whenClosed_thenItsSocketsAreClosedAndOneThatWasRemovedIsNot() throws Exception {
        Client alice = accounts.client("alice");
        Client anna = accounts.client("anna");
        SocketPool pool = pool(Rotation.ROUND_ROBIN, alice, anna);
        assertThatThrownBy(() -> pool.add(anna.socket())).isInstanceOf(IllegalArgumentException.class);
        assertThat(pool.remove(anna.socket())).isTrue();
        assertThat(pool.remove(anna.socket())).isFalse();

        pool.close();

        assertThat(alice.end()).isInstanceOf(SocketClosedException.class);
        assertThat(anna.socket().state()).isEqualTo(ConnectionUpdate.State.OPEN);
        assertThat(Client.failure(pool.sendMessage(anna.jid(), Content.text("late"))))
                .isInstanceOf(SocketClosedException.class);
        assertThatThrownBy(() -> pool.add(anna.socket())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void givenManyRecipients_whenASocketSendsToAll_thenEachGetsItOnceAndTheResultTellsOfEach() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Client carol = accounts.client("carol");
        Heard<WebMessage> atBob = bob.messages();
        Heard<WebMessage> atCarol = carol.messages();
        Jid dave = server.phone("dave").jid();
        Jid nobody = Jid.phone("15559990000");
        Jid bobsLid = bob.socket().lid().orElseThrow().withoutDevice();
        alice.sent(bob, "so that alice knows that the two are one person");

        BatchResult result = alice.socket()
                .sendAll(
                        List.of(bob.jid(), carol.jid(), dave, nobody, bobsLid, carol.jid()),
                        recipient -> Content.text("hello " + recipient.user()),
                        BatchOptions.builder()
                                .pacing(Pacing.NONE)
                                .skipIf(dave::equals)
                                .build())
                .result()
                .get(Client.PATIENCE_SECONDS, SECONDS);
        alice.sent(bob, "fence");
        alice.sent(carol, "fence");

        assertThat(result.sent()).containsOnlyKeys(bob.jid(), carol.jid());
        assertThat(result.outcomes()).containsEntry(dave, new BatchOutcome.Skipped());
        assertThat(result.failed()).containsOnlyKeys(nobody);
        assertThat(result.duplicates()).containsExactlyInAnyOrder(bobsLid, carol.jid());
        assertThat(atBob.awaitCount(3).get(1).text())
                .isEqualTo("hello " + bob.jid().user());
        assertThat(atCarol.awaitCount(2).get(0).text())
                .isEqualTo("hello " + carol.jid().user());
    }

    @Test
    void givenSocketThatIsClosed_whenABatchIsUnderWay_thenItEndsAllTheSame() throws Exception {
        Client alice = accounts.client("alice");
        List<Jid> people = IntStream.range(0, 20)
                .mapToObj(i -> server.phone("phone" + i).jid())
                .toList();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        var batch = alice.socket()
                .sendAll(
                        people,
                        recipient -> Content.text("hello"),
                        BatchOptions.builder()
                                .pacing(Pacing.every(Duration.ofMillis(5)))
                                .listener((recipient, outcome, progress) -> begun.complete(null))
                                .build());
        begun.get(Client.PATIENCE_SECONDS, SECONDS);

        alice.close();

        BatchResult result = batch.result().get(Client.PATIENCE_SECONDS, SECONDS);
        assertThat(result.outcomes().keySet()).containsExactlyElementsOf(people);
        assertThat(result.progress().done()).isEqualTo(20);
    }

    @Test
    void givenPool_whenItsFuturesComplete_thenOnAWorkerAndWithTheFailureItself() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Jid channel = Jid.parse("123@newsletter");
        SocketPool pool = pool(Rotation.ROUND_ROBIN);

        // Nothing can be sent before the pool has a socket, so what hangs on the futures is there before they complete.
        CompletableFuture<String> sent = thread(pool.sendMessage(bob.jid(), Content.text("hello")));
        CompletableFuture<String> failed = thread(pool.sendMessage(channel, Content.text("hello")));
        CompletableFuture<Throwable> failure =
                pool.sendMessage(channel, Content.text("hello")).handle((done, reason) -> reason);
        pool.add(alice.socket());

        assertThat(sent.get(Client.PATIENCE_SECONDS, SECONDS)).startsWith("waxwing-work");
        assertThat(failed.get(Client.PATIENCE_SECONDS, SECONDS)).startsWith("waxwing-work");
        assertThat(failure.get(Client.PATIENCE_SECONDS, SECONDS)).isExactlyInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void givenBatches_whenTheyEnd_thenTheirFuturesCompleteOnAWorker() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        SocketPool pool = pool(Rotation.ROUND_ROBIN, alice);
        CompletableFuture<Content> content = new CompletableFuture<>();
        BatchOptions plain = BatchOptions.builder().build();

        CompletableFuture<String> ofPool = thread(
                pool.sendAll(List.of(bob.jid()), to -> content.join(), plain).result());
        CompletableFuture<String> ofSocket = thread(alice.socket()
                .sendAll(List.of(bob.jid()), to -> content.join(), plain)
                .result());
        content.complete(Content.text("to all"));

        assertThat(ofPool.get(Client.PATIENCE_SECONDS, SECONDS)).startsWith("waxwing-work");
        assertThat(ofSocket.get(Client.PATIENCE_SECONDS, SECONDS)).startsWith("waxwing-work");
    }

    @Test
    void givenWhatHangsOnAFailureBlocks_whenMoreIsSent_thenThePoolGoesOn() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        SocketPool pool = pool(Rotation.ROUND_ROBIN);
        CompletableFuture<Void> letGo = new CompletableFuture<>();
        accounts.keep(() -> letGo.complete(null));

        pool.sendMessage(Jid.parse("123@newsletter"), Content.text("refused"))
                .whenComplete((done, why) -> letGo.join());
        pool.add(alice.socket());

        sent(pool.sendMessage(bob.jid(), Content.text("goes on")));
    }

    @Test
    void givenWhatHangsOnAnEarlierSendBlocks_whenMoreIsSent_thenThePoolGoesOn() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        SocketPool pool = pool(Rotation.ROUND_ROBIN);
        SendOptions once = SendOptions.builder().messageId("invoice-4712").build();
        CompletableFuture<Void> letGo = new CompletableFuture<>();
        accounts.keep(() -> letGo.complete(null));
        alice.socket().sendMessage(bob.jid(), Content.text("sent"), once).get(Client.PATIENCE_SECONDS, SECONDS);

        pool.sendMessage(bob.jid(), Content.text("sent"), once).whenComplete((done, why) -> letGo.join());
        pool.add(alice.socket());

        sent(pool.sendMessage(bob.jid(), Content.text("goes on")));
    }

    /** The name of the thread on which what hangs on a future runs. */
    private static CompletableFuture<String> thread(CompletableFuture<?> future) {
        return future.handle((done, failure) -> Thread.currentThread().getName());
    }

    private record ToSocket(Socket socket, String text) {}

    private static SentMessage sent(CompletableFuture<SentMessage> sending) throws Exception {
        return sending.get(Client.PATIENCE_SECONDS, SECONDS);
    }

    private SocketPool pool(Rotation rotation, Client... clients) {
        SocketPool.Builder builder = SocketPool.builder().rotation(rotation).pacing(Pacing.NONE);
        for (Client client : clients) {
            builder.add(client.socket());
        }
        SocketPool pool = builder.build();
        accounts.keep(pool);
        return pool;
    }
}
