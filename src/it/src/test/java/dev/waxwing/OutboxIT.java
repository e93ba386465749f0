package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.MessageExpiredException;
import dev.waxwing.error.OutboxFullException;
import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessagesUpdate;
import dev.waxwing.event.MessagesUpdate.StatusChange;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.MessageStatus;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.SqliteStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.state.ShiftedClock;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.FaultRule;
import dev.waxwing.testkit.traffic.JournalEntry;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of a message between the call and the server's acknowledgement, and what the application is told of it.
 */
final class OutboxIT {

    private static final Duration SOON = Duration.ofMillis(300);

    /** Of an outbox whose clock stands still, so that nothing in it grows old. */
    private static final Duration WATCHED_OFTEN = Duration.ofSeconds(1);

    private static final SendOptions CHOSEN =
            SendOptions.builder().messageId("order-17").build();

    private final LoopbackServer server = LoopbackServer.start();

    @RegisterExtension
    final Accounts accounts = new Accounts(server);

    @TempDir
    Path folder;

    @Test
    void givenAckIsLost_whenItsTimeIsUp_thenTheSameBytesGoOutOnTheSameConnection() throws Exception {
        Client alice = accounts.client("alice", config -> config.sending(sending -> sending.ackTimeout(SOON)));
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        alice.sent(bob, "before");
        loseAcks(alice, 1);

        SentMessage sent = alice.sent(bob, "one");

        alice.sent(bob, "fence");
        assertThat(texts(atBob.awaitCount(3))).containsExactly("before", "one", "fence");
        List<JournalEntry> wire = messagesIn(sent.id());
        assertThat(wire).hasSize(2);
        assertThat(wire.get(1).stanza()).isEqualTo(wire.get(0).stanza());
        assertThat(wire.get(1).connection()).isEqualTo(wire.get(0).connection());
    }

    @Test
    void givenNothingIsAckedTwice_whenTimeIsUp_thenAnotherConnectionIsMadeAndTheMessageGoesOutThere() throws Exception {
        Client alice = accounts.client("alice", config -> config.sending(sending -> sending.ackTimeout(SOON)));
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        alice.sent(bob, "before");
        loseAcks(alice, 2);

        CompletableFuture<SentMessage> sending = alice.send(bob, "one");
        alice.awaitInterruption(ConnectionLostException.class);
        alice.socket().reconnectNow();

        SentMessage sent = sending.get(Client.PATIENCE_SECONDS, SECONDS);
        alice.sent(bob, "fence");
        assertThat(texts(atBob.awaitCount(3))).containsExactly("before", "one", "fence");
        assertThat(messagesIn(sent.id())).hasSize(3);
    }

    @Test
    void givenNoAckForTheWholeTime_whenTheFutureFails_thenTheMessageStaysAndIsReportedWhenAcked() throws Exception {
        Client alice =
                accounts.client("alice", config -> config.sending(sending -> sending.timeout(Duration.ofMillis(500))));
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        Heard<MessagesUpdate> updates = Heard.on(alice.socket(), Events.MESSAGES_UPDATE);
        FaultRule rule = server.faults().add(StanzaMatch.in("message").client(alice.jid()), new FaultAction.Drop());

        CompletableFuture<SentMessage> sending = alice.send(bob, "one");
        assertThat(Client.failure(sending)).isInstanceOf(RequestTimeoutException.class);
        assertThat(updates.all()).isEmpty();
        rule.remove();
        server.connections().close(alice.device(), 0);
        alice.awaitInterruption(ConnectionLostException.class);
        alice.socket().reconnectNow();

        assertThat(texts(atBob.awaitCount(1))).containsExactly("one");
        awaitStatus(updates, atBob.all().get(0).id(), MessageStatus.SERVER_ACK);
    }

    @Test
    void givenNoConnectionForTheWholeTime_whenTheFutureFails_thenTheMessageIsNotSentLater() throws Exception {
        Client alice =
                accounts.client("alice", config -> config.sending(sending -> sending.timeout(Duration.ofMillis(300))));
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        server.connections().failNextLogin(alice.device(), 503);
        server.connections().close(alice.device(), 0);
        alice.awaitInterruption(ConnectionLostException.class);

        CompletableFuture<SentMessage> sending = alice.send(bob, "one");
        CompletableFuture<SentMessage> withdrawn = alice.send(bob, "withdrawn");
        withdrawn.cancel(true);
        assertThat(Client.failure(sending)).isInstanceOf(ConnectionLostException.class);
        alice.socket().reconnectNow();
        alice.socket().reconnectNow();

        Client.failure(withdrawn);
        CompletableFuture<SentMessage> fence = sendUntilTaken(alice, bob, "fence");
        fence.get(Client.PATIENCE_SECONDS, SECONDS);
        assertThat(texts(atBob.awaitCount(1))).containsExactly("fence");
        assertThat(withdrawn).isCancelled();
    }

    private static CompletableFuture<SentMessage> sendUntilTaken(Client from, Client to, String text) {
        return from.send(to, text).exceptionallyCompose(failure -> {
            assertThat(failure).isInstanceOf(ConnectionLostException.class);
            from.socket().reconnectNow();
            return sendUntilTaken(from, to, text);
        });
    }

    @Test
    void givenMessageWithdrawnWhileItWaits_whenBackAgain_thenOnlyTheOthersGoOut() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        server.connections().close(alice.device(), 0);
        alice.awaitInterruption(ConnectionLostException.class);

        alice.send(bob, "one");
        CompletableFuture<SentMessage> withdrawn = alice.send(bob, "withdrawn");
        CompletableFuture<SentMessage> last = alice.send(bob, "two");
        assertThat(withdrawn.cancel(true)).isTrue();
        alice.socket().reconnectNow();

        last.get(Client.PATIENCE_SECONDS, SECONDS);
        assertThat(texts(atBob.awaitCount(2))).containsExactly("one", "two");
        assertThat(Client.failure(withdrawn)).isInstanceOf(CancellationException.class);
    }

    @Test
    void givenMessageOlderThanTheExpiry_whenStartedAgain_thenItIsReportedAndNotSent() throws Exception {
        Instant then = Instant.now();
        AccountStore store = sqlite();
        Client alice = accounts.client("alice", store, config -> config.clock(Clock.fixed(then, ZoneOffset.UTC)));
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        FaultRule rule = server.faults().add(StanzaMatch.in("message").client(alice.jid()), new FaultAction.Drop());
        alice.socket().sendMessage(bob.jid(), Content.text("old"), CHOSEN);
        awaitLost(1);
        alice.close();
        store.close();
        rule.remove();

        Clock dayLater = Clock.fixed(then.plus(Duration.ofHours(25)), ZoneOffset.UTC);
        AccountStore reopened = sqlite();
        accounts.keep(reopened);
        Client again = Client.connect(
                server, "alice", Client.config(server, reopened).clock(dayLater).build());
        accounts.keep(again);
        Heard<MessagesUpdate> updates = Heard.on(again.socket(), Events.MESSAGES_UPDATE);
        again.socket().whenOpen().get(Client.PATIENCE_SECONDS, SECONDS);

        awaitStatus(updates, "order-17", MessageStatus.ERROR);
        assertThat(Client.failure(again.socket().sendMessage(bob.jid(), Content.text("old"), CHOSEN)))
                .isInstanceOf(MessageExpiredException.class);
        again.sent(bob, "fence");
        assertThat(texts(atBob.awaitCount(1))).containsExactly("fence");
    }

    @Test
    void givenMessageThatGrowsOld_whenItExpires_thenFutureFailsAndItIsReportedAndGone() throws Exception {
        Client alice = accounts.client(
                "alice", config -> config.sending(sending -> sending.outboxExpiry(Duration.ofSeconds(1))));
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        Heard<MessagesUpdate> updates = Heard.on(alice.socket(), Events.MESSAGES_UPDATE);
        FaultRule rule = server.faults().add(StanzaMatch.in("message").client(alice.jid()), new FaultAction.Drop());

        CompletableFuture<SentMessage> sending = alice.send(bob, "old");

        assertThat(Client.failure(sending)).isInstanceOfSatisfying(MessageExpiredException.class, expired -> {
            awaitStatus(updates, expired.messageId(), MessageStatus.ERROR);
            assertThat(expired.isRetryable()).isFalse();
        });
        rule.remove();
        server.connections().close(alice.device(), 0);
        alice.awaitInterruption(ConnectionLostException.class);
        alice.socket().reconnectNow();
        alice.sent(bob, "fence");
        assertThat(texts(atBob.awaitCount(1))).containsExactly("fence");
    }

    @Test
    void givenNack_whenItComes_thenFutureFailsAndItIsReportedAndTheIdStaysRefused() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Heard<MessagesUpdate> updates = Heard.on(alice.socket(), Events.MESSAGES_UPDATE);
        FaultRule rule = server.faults().add(StanzaMatch.in("message").client(alice.jid()), new FaultAction.Drop());
        CompletableFuture<SentMessage> sending = alice.socket().sendMessage(bob.jid(), Content.text("no"), CHOSEN);
        awaitLost(1);
        rule.remove();

        server.connections()
                .send(
                        alice.device(),
                        Node.builder("ack")
                                .attr("class", "message")
                                .attr("id", "order-17")
                                .attr("from", bob.jid())
                                .attr("error", "463")
                                .build());

        assertThat(Client.failure(sending))
                .isInstanceOfSatisfying(
                        ServerRefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(463));
        awaitStatus(updates, "order-17", MessageStatus.ERROR);
        assertThat(Client.failure(alice.socket().sendMessage(bob.jid(), Content.text("no"), CHOSEN)))
                .isInstanceOf(ServerRefusedException.class);
        assertThat(messagesIn("order-17")).hasSize(1);
    }

    @Test
    void givenFullOutbox_whenMoreIsSent_thenItIsRefusedAtOnceAndTakenAgainWhenThereIsRoom() throws Exception {
        Client alice = accounts.client("alice", config -> config.sending(sending -> sending.outboxLimit(3)));
        Client bob = accounts.client("bob");
        FaultRule rule = server.faults().add(StanzaMatch.in("message").client(alice.jid()), new FaultAction.Drop());
        CompletableFuture<SentMessage> stored = alice.send(bob, "stored");
        awaitLost(1);
        rule.remove();
        server.connections().close(alice.device(), 0);
        alice.awaitInterruption(ConnectionLostException.class);
        CompletableFuture<SentMessage> waiting = alice.send(bob, "waiting");
        CompletableFuture<SentMessage> last = alice.send(bob, "waiting too");

        CompletableFuture<SentMessage> refused = alice.send(bob, "one too many");
        assertThat(refused).isCompletedExceptionally();
        assertThat(Client.failure(refused)).isInstanceOfSatisfying(OutboxFullException.class, full -> {
            assertThat(full.limit()).isEqualTo(3);
            assertThat(full.isRetryable()).isTrue();
        });

        alice.socket().reconnectNow();
        for (CompletableFuture<SentMessage> taken : List.of(stored, waiting, last)) {
            taken.get(Client.PATIENCE_SECONDS, SECONDS);
        }
        alice.sent(bob, "room again");
    }

    @Test
    void givenMessagesOfAnEarlierRun_whenMoreIsSentBeforeTheLogin_thenTheyTakeRoomAsWell() throws Exception {
        AccountStore store = sqlite();
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        Client alice = leaveUnsent(store, bob, "one", "two");
        server.connections().failNextLogin(alice.device(), 503);
        Client again = Client.connect(
                server,
                "alice",
                Client.config(server, store)
                        .sending(sending -> sending.outboxLimit(3))
                        .build());
        accounts.keep(again);
        again.awaitInterruption(ServerRefusedException.class);

        CompletableFuture<SentMessage> last = again.send(bob, "three");
        assertThat(again.send(bob, "one too many")).isCompletedExceptionally();
        again.socket().reconnectNow();

        last.get(Client.PATIENCE_SECONDS, SECONDS);
        again.sent(bob, "room again");
        assertThat(texts(atBob.awaitCount(4))).containsExactly("one", "two", "three", "room again");
    }

    @Test
    void givenMessagesOfAnEarlierRun_whenTheyWentOutAgain_thenEachTakesTheRoomOfOne() throws Exception {
        AccountStore store = sqlite();
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        Client alice = leaveUnsent(store, bob, "one", "two");
        FaultRule rule = server.faults().add(StanzaMatch.in("message").client(alice.jid()), new FaultAction.Drop());
        Client again = accounts.client("alice", store, config -> config.sending(sending -> sending.outboxLimit(3)));
        awaitLost(4);

        CompletableFuture<SentMessage> last = again.send(bob, "three");
        assertThat(again.send(bob, "one too many")).isCompletedExceptionally();
        awaitLost(5);
        rule.remove();
        server.connections().close(again.device(), 0);
        again.awaitInterruption(ConnectionLostException.class);
        again.socket().reconnectNow();

        last.get(Client.PATIENCE_SECONDS, SECONDS);
        assertThat(texts(atBob.awaitCount(3))).containsExactly("one", "two", "three");
    }

    @Test
    void givenRowThatDoesNotParse_whenStarted_thenTheOthersGoOutAndItStays() throws Exception {
        AccountStore store = sqlite();
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        leaveUnsent(store, bob, "one", "two");
        List<String> left = outboxOf(store);
        store.transact(tx -> {
            tx.put(StoreTable.OUTBOX, left.get(0), "damaged".getBytes(StandardCharsets.UTF_8));
            return true;
        });

        Client again = accounts.client("alice", store, config -> config);
        again.sent(bob, "fence");

        assertThat(texts(atBob.awaitCount(2))).containsExactly("two", "fence");
        end(again);
        assertThat(outboxOf(store)).containsExactly(left.get(0));
    }

    @Test
    void givenRowThatDoesNotOpen_whenStarted_thenTheOthersGoOutInOrderAndItStays() throws Exception {
        AccountStore store = encrypted();
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        leaveUnsent(store, bob, "one", "two", "three");
        List<String> left = outboxOf(store);
        store.close();
        damage(left.get(1));

        AccountStore reopened = encrypted();
        Client again = accounts.client("alice", reopened, config -> config);
        again.sent(bob, "fence");

        assertThat(texts(atBob.awaitCount(3))).containsExactly("one", "three", "fence");
        end(again);
        assertThat(outboxOf(reopened)).containsExactly(left.get(1));
    }

    @Test
    void givenRowThatDoesNotOpen_whenItIsTooOld_thenItIsGivenUpAsTheOthersAre() throws Exception {
        AccountStore store = encrypted();
        Client bob = accounts.client("bob");
        SendOptions another = SendOptions.builder().messageId("order-18").build();
        leaveUnsent(store, 2, alice -> {
            alice.socket().sendMessage(bob.jid(), Content.text("lost"), CHOSEN);
            alice.socket().sendMessage(bob.jid(), Content.text("old"), another);
        });
        List<String> left = outboxOf(store);
        store.close();
        damage(left.get(0));

        AccountStore reopened = encrypted();
        Clock dayLater = Clock.offset(Clock.systemUTC(), Duration.ofHours(25));
        Client again = accounts.client("alice", reopened, config -> config.clock(dayLater));
        again.sent(bob, "fence");

        assertThat(Client.failure(again.socket().sendMessage(bob.jid(), Content.text("lost"), CHOSEN)))
                .isInstanceOf(MessageExpiredException.class);
        end(again);
        assertThat(outboxOf(reopened)).isEmpty();
    }

    @Test
    void givenRowThatDoesNotOpen_whenItsIdIsSentAgainAndItGrowsOld_thenThatFailsAndIsReported() throws Exception {
        AccountStore store = encrypted();
        Client bob = accounts.client("bob");
        leaveUnsent(store, 1, alice -> alice.socket().sendMessage(bob.jid(), Content.text("lost"), CHOSEN));
        List<String> left = outboxOf(store);
        store.close();
        damage(left.get(0));

        AccountStore reopened = encrypted();
        ShiftedClock clock = standingClock();
        Client again = accounts.client("alice", reopened, config -> config.clock(clock));
        Heard<MessagesUpdate> updates = Heard.on(again.socket(), Events.MESSAGES_UPDATE);
        CompletableFuture<SentMessage> repeated = again.socket().sendMessage(bob.jid(), Content.text("lost"), CHOSEN);
        again.sent(bob, "fence");
        assertThat(repeated).isNotDone();
        clock.set(Instant.now().plus(Duration.ofHours(25)));
        server.connections().close(again.device(), 0);
        again.awaitInterruption(ConnectionLostException.class);
        again.socket().reconnectNow();

        assertThat(Client.failure(repeated)).isInstanceOf(MessageExpiredException.class);
        awaitStatus(updates, "order-17", MessageStatus.ERROR);
    }

    @Test
    void givenNothingButARowThatDoesNotOpen_whenItGrowsOld_thenItIsGivenUpWithoutAnotherLogin() throws Exception {
        ShiftedClock clock = standingClock();
        AccountStore store = encrypted();
        Client bob = accounts.client("bob");
        leaveUnsent(store, bob, "lost");
        List<String> left = outboxOf(store);
        store.close();
        damage(left.get(0));
        StickyOutbox reopened = new StickyOutbox(encrypted());
        accounts.client(
                "alice",
                reopened,
                config -> config.clock(clock).sending(sending -> sending.outboxExpiry(WATCHED_OFTEN)));
        assertThat(outboxOf(reopened)).isEqualTo(left);

        clock.set(Instant.now().plus(Duration.ofHours(1)));

        assertThat(reopened.removed.get(Client.PATIENCE_SECONDS, SECONDS)).isEqualTo(left.get(0));
    }

    @Test
    void givenClockSetBackBetweenTwoRuns_whenAllGoesOut_thenInTheOrderOfTheCalls() throws Exception {
        Instant now = Instant.now();
        AccountStore store = sqlite();
        Client alice = accounts.client("alice", store, config -> config.clock(Clock.fixed(now, ZoneOffset.UTC)));
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        FaultRule rule = server.faults().add(StanzaMatch.in("message").client(alice.jid()), new FaultAction.Drop());
        alice.send(bob, "one");
        awaitLost(1);
        alice.close();
        Clock hourBefore = Clock.fixed(now.minus(Duration.ofHours(1)), ZoneOffset.UTC);
        Client second = accounts.client("alice", store, config -> config.clock(hourBefore));
        second.send(bob, "two");
        awaitLost(3);
        second.close();
        rule.remove();

        accounts.client("alice", store, config -> config);

        assertThat(texts(atBob.awaitCount(2))).containsExactly("one", "two");
    }

    @Test
    void givenManyMessages_whenAckedDeliveredAndRead_thenNoStatusGoesBack() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        Heard<MessagesUpdate> updates = Heard.on(alice.socket(), Events.MESSAGES_UPDATE);
        List<CompletableFuture<SentMessage>> sending = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            sending.add(alice.send(bob, "text " + i));
        }
        List<WebMessage> arrived = atBob.awaitCount(200);
        bob.socket().readMessages(arrived.stream().map(WebMessage::key).toList());

        for (CompletableFuture<SentMessage> sent : sending) {
            String id = sent.get(Client.PATIENCE_SECONDS, SECONDS).id();
            awaitStatus(updates, id, MessageStatus.READ);
            assertThat(statusesOf(updates, id))
                    .startsWith(MessageStatus.SERVER_ACK)
                    .endsWith(MessageStatus.READ)
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
    }

    /** Runs alice until these messages are in her outbox and lost on their way, then ends her. */
    private Client leaveUnsent(AccountStore store, Client to, String... texts) throws Exception {
        return leaveUnsent(store, texts.length, alice -> {
            for (String text : texts) {
                alice.send(to, text);
            }
        });
    }

    private Client leaveUnsent(AccountStore store, int messages, Consumer<Client> sending) throws Exception {
        Client alice = accounts.client("alice", store, config -> config);
        FaultRule rule = server.faults().add(StanzaMatch.in("message").client(alice.jid()), new FaultAction.Drop());
        sending.accept(alice);
        awaitLost(messages);
        alice.close();
        rule.remove();
        return alice;
    }

    @Test
    void givenReceiptThatComesBeforeTheMessageGoesOutAgain_whenAcked_thenNoStatusGoesBack() throws Exception {
        AccountStore store = sqlite();
        Client bob = accounts.client("bob");
        leaveUnsent(store, 1, alice -> alice.socket().sendMessage(bob.jid(), Content.text("one"), CHOSEN));
        FaultRule activation = server.faults().add(StanzaMatch.in("iq").xmlns("passive"), new FaultAction.Drop());
        Client again =
                Client.connect(server, "alice", Client.config(server, store).build());
        accounts.keep(again);
        Heard<MessagesUpdate> updates = Heard.on(again.socket(), Events.MESSAGES_UPDATE);
        awaitLost(2);

        // Logged in, but not open yet: the outbox waits.
        server.connections().send(again.device(), delivery(bob, "order-17"));
        awaitStatus(updates, "order-17", MessageStatus.DELIVERED);
        activation.remove();
        server.connections().close(again.device(), 0);
        again.awaitInterruption(ConnectionLostException.class);
        again.socket().reconnectNow();

        again.socket().sendMessage(bob.jid(), Content.text("one"), CHOSEN).get(Client.PATIENCE_SECONDS, SECONDS);
        assertThat(messagesIn("order-17")).hasSize(2);
        awaitStatus(updates, again.sent(bob, "fence").id(), MessageStatus.SERVER_ACK);
        assertThat(statusesOf(updates, "order-17")).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void givenRowThatCouldNotBeRemoved_whenConnectedAnew_thenTheMessageDoesNotGoOutAgainAndNoStatusGoesBack()
            throws Exception {
        StickyOutbox store = new StickyOutbox(MemoryStore.create());
        Client alice = accounts.client("alice", store, config -> config);
        Client bob = accounts.client("bob");
        Heard<MessagesUpdate> updates = Heard.on(alice.socket(), Events.MESSAGES_UPDATE);
        store.sticky = true;
        String id = alice.sent(bob, "one").id();
        awaitStatus(updates, id, MessageStatus.DELIVERED);
        store.sticky = false;

        server.connections().close(alice.device(), 0);
        alice.awaitInterruption(ConnectionLostException.class);
        alice.socket().reconnectNow();

        awaitStatus(updates, alice.sent(bob, "fence").id(), MessageStatus.SERVER_ACK);
        assertThat(messagesIn(id)).hasSize(1);
        assertThat(statusesOf(updates, id)).containsExactly(MessageStatus.SERVER_ACK, MessageStatus.DELIVERED);
        end(alice);
        assertThat(outboxOf(store)).isEmpty();
    }

    @Test
    void givenRowThatCouldNotBeRemoved_whenTheStoreIsWellAgain_thenItGoesWithoutAnotherLogin() throws Exception {
        StickyOutbox store = new StickyOutbox(MemoryStore.create());
        Client alice = accounts.client(
                "alice",
                store,
                config -> config.clock(Clock.fixed(Instant.now(), ZoneOffset.UTC))
                        .sending(sending -> sending.outboxExpiry(WATCHED_OFTEN)));
        Client bob = accounts.client("bob");
        store.sticky = true;
        SentMessage sent = alice.sent(bob, "one");
        assertThat(outboxOf(store)).hasSize(1);

        store.sticky = false;

        store.removed.get(Client.PATIENCE_SECONDS, SECONDS);
        assertThat(outboxOf(store)).isEmpty();
        assertThat(messagesIn(sent.id())).hasSize(1);
    }

    @Test
    void givenOutboxThatCouldNotBeReadAfterTheLogin_whenTheStoreIsWellAgain_thenItGoesOutWithoutAnotherLogin()
            throws Exception {
        StickyOutbox store = new StickyOutbox(MemoryStore.create());
        Clock clock = Clock.fixed(Instant.now(), ZoneOffset.UTC);
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        leaveUnsent(store, bob, "one", "two");
        store.unreadable.set(2);

        Client again = accounts.client(
                "alice", store, config -> config.clock(clock).sending(sending -> sending.outboxExpiry(WATCHED_OFTEN)));

        assertThat(texts(atBob.awaitCount(2))).containsExactly("one", "two");
        assertThat(store.unreadable).hasValue(0);
        assertThat(again.updates().all())
                .extracting(ConnectionUpdate::state)
                .doesNotContain(ConnectionUpdate.State.RECONNECTING);
    }

    @Test
    void givenReceiptOfSomebodyElse_whenItNamesAMessageOnItsWay_thenOnlyTheRecipientsCounts() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Client carol = accounts.client("carol");
        Heard<MessagesUpdate> updates = Heard.on(alice.socket(), Events.MESSAGES_UPDATE);
        server.faults().add(StanzaMatch.in("message").client(alice.jid()), new FaultAction.Drop());
        alice.socket().sendMessage(bob.jid(), Content.text("one"), CHOSEN);
        awaitLost(1);

        server.connections().send(alice.device(), delivery(carol, "order-17"));
        awaitStatus(updates, "order-17", MessageStatus.DELIVERED);
        assertThat(statusesOf(updates, "order-17")).containsExactly(MessageStatus.DELIVERED);
        server.connections().send(alice.device(), delivery(bob, "order-17"));

        updates.awaitCount(3);
        assertThat(statusesOf(updates, "order-17"))
                .containsExactly(MessageStatus.DELIVERED, MessageStatus.SERVER_ACK, MessageStatus.DELIVERED);
    }

    private static Node delivery(Client from, String id) {
        return Node.builder("receipt")
                .attr("from", from.jid())
                .attr("id", id)
                .attr("t", 1_760_000_000)
                .build();
    }

    private static List<MessageStatus> statusesOf(Heard<MessagesUpdate> updates, String id) {
        return updates.all().stream()
                .flatMap(update -> update.statuses().stream())
                .filter(change -> change.key().id().equals(id))
                .map(StatusChange::status)
                .toList();
    }

    /** Stands still until it is set. */
    private static ShiftedClock standingClock() {
        return new ShiftedClock(Clock.fixed(Instant.now(), ZoneOffset.UTC));
    }

    /** After this the rows of what was acknowledged are gone. */
    private static void end(Client client) throws Exception {
        client.close();
        client.end();
    }

    private static List<String> outboxOf(AccountStore store) {
        return store.transact(tx -> tx.keys(StoreTable.OUTBOX, "", null, 10));
    }

    /** Changes a value past the store, which is closed. */
    private void damage(String row) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database());
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE entry SET value = zeroblob(length(value)) WHERE tbl = 'outbox' AND key = ?")) {
            update.setString(1, row);
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }

    private void loseAcks(Client client, int times) {
        server.faults().add(StanzaMatch.out("ack").client(client.jid()).first(times), new FaultAction.Drop());
    }

    private static void awaitStatus(Heard<MessagesUpdate> updates, String id, MessageStatus status) {
        updates.await(update -> update.statuses().stream()
                .anyMatch(change -> change.key().id().equals(id) && change.status() == status));
    }

    /** Waits until so many messages were lost, those of the past among them. */
    private void awaitLost(int count) throws Exception {
        AtomicInteger lost = new AtomicInteger();
        server.journal()
                .await(entry -> entry.note().equals("lost") && lost.incrementAndGet() == count)
                .get(Client.PATIENCE_SECONDS, SECONDS);
    }

    private List<JournalEntry> messagesIn(String id) {
        return server.journal()
                .entries(entry -> entry.is(Direction.IN, "message")
                        && id.equals(entry.stanza().attr("id")));
    }

    private static List<String> texts(List<WebMessage> messages) {
        return messages.stream().map(WebMessage::text).toList();
    }

    private AccountStore sqlite() {
        return SqliteStore.at(database());
    }

    private AccountStore encrypted() {
        return SqliteStore.builder(database()).encryptionKey(new byte[32]).open();
    }

    private Path database() {
        return folder.resolve("alice.db");
    }

    /** Fails to remove rows of the outbox for as long as it is told to, and to read them so many times. */
    private static final class StickyOutbox implements AccountStore {

        private final AccountStore store;
        private final AtomicInteger unreadable = new AtomicInteger();
        private final CompletableFuture<String> removed = new CompletableFuture<>();
        private volatile boolean sticky;

        private StickyOutbox(AccountStore store) {
            this.store = store;
        }

        @Override
        public <T extends @Nullable Object> T transact(Function<StoreTransaction, T> work) {
            return store.transact(tx -> work.apply(new Sticky(tx)));
        }

        @Override
        public void close() {
            store.close();
        }

        private final class Sticky implements StoreTransaction {

            private final StoreTransaction transaction;

            private Sticky(StoreTransaction transaction) {
                this.transaction = transaction;
            }

            @Override
            public byte @Nullable [] get(StoreTable table, String key) {
                return transaction.get(table, key);
            }

            @Override
            public void put(StoreTable table, String key, byte[] value) {
                transaction.put(table, key, value);
            }

            @Override
            public void delete(StoreTable table, String key) {
                if (sticky && table == StoreTable.OUTBOX) {
                    throw new StoreFailedException("told to fail");
                }
                transaction.delete(table, key);
                if (table == StoreTable.OUTBOX) {
                    removed.complete(key);
                }
            }

            @Override
            public List<StoreEntry> scan(StoreTable table, String from, @Nullable String to, int limit) {
                if (table == StoreTable.OUTBOX && unreadable.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    throw new StoreFailedException("told to fail");
                }
                return transaction.scan(table, from, to, limit);
            }

            @Override
            public List<String> keys(StoreTable table, String from, @Nullable String to, int limit) {
                return transaction.keys(table, from, to, limit);
            }
        }
    }
}
