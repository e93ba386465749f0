package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.ConnectionUpdate.PendingNotifications;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessageReceiptUpdate;
import dev.waxwing.model.ReceiptType;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.SqliteStore;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.FaultRule;
import dev.waxwing.testkit.traffic.JournalEntry;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** No message is lost and none comes twice, whatever becomes of the connection or the socket meanwhile. */
final class SocketReconnectIT {

    private final LoopbackServer server = LoopbackServer.start();

    @RegisterExtension
    final Accounts accounts = new Accounts(server);

    @TempDir
    Path folder;

    @Test
    void givenServerEndsTheStream_whenSentMeanwhile_thenItArrivesOnceAfterReconnect() throws Exception {
        sendsWhileInterrupted(alice -> server.connections().streamError(alice.device(), 503));
    }

    @Test
    void givenServerClosesTheWebSocket_whenSentMeanwhile_thenItArrivesOnceAfterReconnect() throws Exception {
        sendsWhileInterrupted(alice -> server.connections().close(alice.device(), 1001));
    }

    @Test
    void givenTcpIsCut_whenSentMeanwhile_thenItArrivesOnceAfterReconnect() throws Exception {
        sendsWhileInterrupted(alice -> server.connections().close(alice.device(), 0));
    }

    private void sendsWhileInterrupted(Consumer<Client> interruption) throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        alice.sent(bob, "before");

        interruption.accept(alice);
        alice.awaitInterruption(ConnectionLostException.class);
        CompletableFuture<SentMessage> first = alice.send(bob, "meanwhile");
        CompletableFuture<SentMessage> second = alice.send(bob, "and more");
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
        alice.socket().reconnectNow();

        SentMessage sent = first.get(Client.PATIENCE_SECONDS, SECONDS);
        second.get(Client.PATIENCE_SECONDS, SECONDS);
        alice.sent(bob, "after");
        assertThat(texts(atBob.awaitCount(4))).containsExactly("before", "meanwhile", "and more", "after");
        assertThat(atBob.await(message -> message.text().equals("meanwhile")).id())
                .isEqualTo(sent.id());
    }

    @Test
    void givenAckIsLostWithTheConnection_whenBackAgain_thenResentWithSameIdAndHeardOnce() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        FaultRule rule =
                server.faults().add(StanzaMatch.out("ack").client(alice.jid()).first(1), new FaultAction.Close(0));

        CompletableFuture<SentMessage> sending = alice.send(bob, "one");
        alice.awaitInterruption(ConnectionLostException.class);
        assertThat(sending).isNotDone();
        alice.socket().reconnectNow();

        SentMessage sent = sending.get(Client.PATIENCE_SECONDS, SECONDS);
        alice.sent(bob, "fence");
        assertThat(texts(atBob.awaitCount(2))).containsExactly("one", "fence");
        assertThat(rule.fired()).isEqualTo(1);
        List<JournalEntry> onTheWire = messagesIn(sent.id());
        assertThat(onTheWire).hasSize(2);
        assertThat(onTheWire.get(1).stanza()).isEqualTo(onTheWire.get(0).stanza());
    }

    @Test
    void givenMessageIsLostOnTheWay_whenConnectionIsReplaced_thenItIsSentAgain() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        server.faults().add(StanzaMatch.in("message").client(alice.jid()).first(1), new FaultAction.Close(0));

        SentMessage sent = alice.send(bob, "one").get(Client.PATIENCE_SECONDS, SECONDS);

        assertThat(messagesIn(sent.id())).hasSize(2);
        alice.sent(bob, "fence");
        assertThat(texts(atBob.awaitCount(2))).containsExactly("one", "fence");
    }

    @Test
    void givenConnectionBreaksWhileDevicesAreLookedUp_whenBackAgain_thenMessageGoesOutAllTheSame() throws Exception {
        breaksOn(StanzaMatch.in("iq").xmlns("usync"));
    }

    @Test
    void givenConnectionBreaksWhileKeysAreFetched_whenBackAgain_thenMessageGoesOutAllTheSame() throws Exception {
        breaksOn(StanzaMatch.in("iq").xmlns("encrypt").child("key"));
    }

    private void breaksOn(StanzaMatch question) throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        FaultRule rule = server.faults().add(question.client(alice.jid()).first(1), new FaultAction.Close(0));

        CompletableFuture<SentMessage> first = alice.send(bob, "one");
        CompletableFuture<SentMessage> second = alice.send(bob, "two");
        alice.awaitInterruption(ConnectionLostException.class);
        alice.socket().reconnectNow();

        first.get(Client.PATIENCE_SECONDS, SECONDS);
        second.get(Client.PATIENCE_SECONDS, SECONDS);
        assertThat(rule.fired()).isEqualTo(1);
        assertThat(texts(atBob.awaitCount(2))).containsExactly("one", "two");
    }

    @Test
    void givenReceiverWasAway_whenItComesBack_thenItGetsTheBacklogInOrderAndLearnsItsSizeAndEnd() throws Exception {
        Client alice = accounts.client("alice");
        AccountStore store = sqlite("bob");
        Client bob = accounts.client("bob", store);
        Heard<MessageReceiptUpdate> receipts = Heard.on(alice.socket(), Events.MESSAGE_RECEIPT_UPDATE);
        alice.sent(bob, "live");
        bob.messages().awaitCount(1);
        // Until the server has Bob's receipt, the message is one that waits for him. Alice's own phone sends one too.
        receipts.await(receipt -> receipt.type() == ReceiptType.DELIVERY);
        bob.close();
        for (int i = 0; i < 20; i++) {
            alice.sent(bob, "away " + i);
        }

        Client back = accounts.client("bob", store);
        Heard<WebMessage> heard = back.messages();

        assertThat(texts(heard.awaitCount(20)))
                .containsExactlyElementsOf(
                        IntStream.range(0, 20).mapToObj(i -> "away " + i).toList());
        back.updates().await(ConnectionUpdate::receivedPendingNotifications);
        assertThat(back.updates().all().stream().flatMap(update -> update.pendingNotifications().stream()))
                .containsExactly(new PendingNotifications(20, 20, 0, 0, 0, 0));
    }

    @Test
    void givenUnacknowledgedMessages_whenStoreIsReopened_thenTheyGoOutWithTheSameIds() throws Exception {
        AccountStore store = sqlite("alice");
        Client alice = accounts.client("alice", store);
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        alice.sent(bob, "before");
        FaultRule rule = server.faults().add(StanzaMatch.in("message").client(alice.jid()), new FaultAction.Drop());
        CompletableFuture<SentMessage> one = alice.send(bob, "one");
        CompletableFuture<SentMessage> two = alice.send(bob, "two");
        awaitInJournal(2, entry -> entry.note().equals("lost"));

        alice.close();
        assertThat(Client.failure(one)).isInstanceOf(SocketClosedException.class);
        assertThat(Client.failure(two)).isInstanceOf(SocketClosedException.class);
        store.close();
        rule.remove();
        List<String> ids = server.journal().entries(entry -> entry.note().equals("lost")).stream()
                .map(entry -> entry.stanza().attr("id"))
                .toList();

        Client again = accounts.client("alice", sqlite("alice"));
        assertThat(atBob.awaitCount(3).stream().skip(1).map(WebMessage::id)).containsExactlyElementsOf(ids);
        again.sent(bob, "fence");
        assertThat(texts(atBob.awaitCount(4))).containsExactly("before", "one", "two", "fence");
    }

    @Test
    void givenMessagesBehindABusyListener_whenStoreIsReopened_thenTheNextListenerGetsThem() throws Exception {
        Client alice = accounts.client("alice");
        AccountStore store = sqlite("bob");
        Client bob = accounts.client("bob", store);
        Heard<WebMessage> byBusy = new Heard<>();
        CountDownLatch finish = new CountDownLatch(1);
        bob.socket().ev().on(Events.MESSAGES_UPSERT, batch -> {
            batch.messages().forEach(byBusy);
            await(finish);
        });
        var receipts = Heard.on(alice.socket(), Events.MESSAGE_RECEIPT_UPDATE);
        alice.sent(bob, "text 0");
        // In hand before the next ones come: otherwise they might be of one batch.
        byBusy.awaitCount(1);
        for (int i = 1; i < 5; i++) {
            String id = alice.sent(bob, "text " + i).id();
            receipts.await(receipt -> receipt.key().id().equals(id));
        }

        // The listener returns when the socket is closing and calls nobody any more: then its message is done with, and
        // only that.
        bob.socket().ev().publisher(Events.CREDS_UPDATE).subscribe(new AtTheEnd<>(finish::countDown));
        bob.close();
        store.close();

        Client back = accounts.client("bob", sqlite("bob"));
        Heard<WebMessage> rest = back.messages();
        alice.sent(back, "fence");
        rest.await(message -> message.text().equals("fence"));
        assertThat(texts(byBusy.all())).containsExactly("text 0");
        assertThat(texts(rest.all())).containsExactly("text 1", "text 2", "text 3", "text 4", "fence");
    }

    @Test
    void givenMessagesNobodyHeard_whenStoreIsReopened_thenTheyStillWait() throws Exception {
        Client alice = accounts.client("alice");
        AccountStore store = sqlite("bob");
        Client bob = accounts.client("bob", store);
        var receipts = Heard.on(alice.socket(), Events.MESSAGE_RECEIPT_UPDATE);
        String id = alice.sent(bob, "early").id();
        receipts.await(receipt -> receipt.key().id().equals(id));
        bob.close();
        store.close();

        Client back = accounts.client("bob", sqlite("bob"));

        assertThat(texts(back.messages().awaitCount(1))).containsExactly("early");
    }

    @Test
    void givenServerDeliversTwice_whenReceived_thenListenersHearItOnceAndBothAreConfirmed() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        server.faults().add(StanzaMatch.out("message").client(bob.jid()).first(1), new FaultAction.Duplicate());

        String id = alice.sent(bob, "one").id();
        alice.sent(bob, "fence");

        assertThat(texts(atBob.awaitCount(2))).containsExactly("one", "fence");
        // One receipt may be for both copies, if they were opened together; then it comes behind both.
        AtomicInteger copies = new AtomicInteger();
        AtomicInteger confirmed = new AtomicInteger();
        awaitInJournal(1, entry -> {
            if (!id.equals(entry.stanza().attr("id"))) {
                return false;
            }
            if (entry.is(Direction.OUT, "message")) {
                copies.incrementAndGet();
            }
            if (entry.is(Direction.IN, "receipt")
                    && !"retry".equals(entry.stanza().attr("type"))) {
                confirmed.set(copies.get());
            }
            return confirmed.get() == 2;
        });
    }

    /** Waits until so many entries match, those of the past among them. */
    private void awaitInJournal(int count, Predicate<JournalEntry> match) throws Exception {
        AtomicInteger matched = new AtomicInteger();
        server.journal()
                .await(entry -> match.test(entry) && matched.incrementAndGet() == count)
                .get(Client.PATIENCE_SECONDS, SECONDS);
    }

    /** Hears nothing but the end of the events. */
    private record AtTheEnd<T>(Runnable action) implements Flow.Subscriber<T> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {}

        @Override
        public void onNext(T item) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {
            action.run();
        }
    }

    @Test
    void givenMessagesOfOneMillisecond_whenStoreIsReopened_thenTheyGoOutInOrder() throws Exception {
        Clock clock = Clock.fixed(Instant.now(), ZoneOffset.UTC);
        AccountStore store = sqlite("alice");
        Client alice = Client.open(server, "alice", store, config -> config.clock(clock));
        accounts.keep(alice);
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        alice.sent(bob, "before");
        FaultRule rule = server.faults().add(StanzaMatch.in("message").client(alice.jid()), new FaultAction.Drop());
        for (int i = 0; i < 20; i++) {
            alice.send(bob, "text " + i);
        }
        awaitInJournal(20, entry -> entry.note().equals("lost"));
        alice.close();
        store.close();
        rule.remove();

        accounts.client("alice", sqlite("alice"));

        assertThat(texts(atBob.awaitCount(21)).subList(1, 21))
                .containsExactlyElementsOf(
                        IntStream.range(0, 20).mapToObj(i -> "text " + i).toList());
    }

    private List<JournalEntry> messagesIn(String id) {
        return server.journal()
                .entries(entry -> entry.is(Direction.IN, "message")
                        && id.equals(entry.stanza().attr("id")));
    }

    private static List<String> texts(List<WebMessage> messages) {
        return messages.stream().map(WebMessage::text).toList();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(Client.PATIENCE_SECONDS, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private AccountStore sqlite(String name) {
        AccountStore store = SqliteStore.at(folder.resolve(name + ".db"));
        accounts.keep(store);
        return store;
    }
}
