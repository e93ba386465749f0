package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.ConnectionUpdate.State;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessageReceiptUpdate;
import dev.waxwing.event.MessageUnhandled;
import dev.waxwing.event.MessagesUpdate;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageStatus;
import dev.waxwing.model.ReceiptType;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Accounts that talk through the whole stack, on a server where all is well. */
final class SocketLoopbackTest {

    private final LoopbackServer server = LoopbackServer.start();

    @RegisterExtension
    final Accounts accounts = new Accounts(server);

    @Test
    void givenTwoAccounts_whenTextsAreSentBothWays_thenEachArrivesAsItWasSent() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Heard<WebMessage> atAlice = alice.messages();
        Heard<WebMessage> atBob = bob.messages();

        SentMessage sent = alice.sent(bob, "Grüße 🐦");
        WebMessage arrived = atBob.await(message -> true);
        assertThat(arrived.id()).isEqualTo(sent.id());
        assertThat(arrived.text()).isEqualTo("Grüße 🐦");
        assertThat(arrived.key().fromMe()).isFalse();
        assertThat(arrived.pushName()).contains("alice");
        assertThat(arrived.timestamp()).isEqualTo(sent.timestamp());
        assertThat(List.of(alice.jid(), alice.socket().lid().orElseThrow().withoutDevice()))
                .contains(arrived.author());

        SentMessage reply = bob.socket()
                .sendMessage(
                        arrived.key().remoteJid(), Content.text("I hear you").quoting(arrived))
                .get(Client.PATIENCE_SECONDS, SECONDS);
        WebMessage atHome = atAlice.await(message -> true);
        assertThat(atHome.id()).isEqualTo(reply.id());
        assertThat(atHome.text()).isEqualTo("I hear you");
        var context = atHome.message().getExtendedTextMessage().getContextInfo();
        assertThat(context.getStanzaID()).isEqualTo(sent.id());
        assertThat(context.getQuotedMessage().getConversation()
                        + context.getQuotedMessage().getExtendedTextMessage().getText())
                .isEqualTo("Grüße 🐦");
        assertThat(server.unhandled()).isEmpty();
    }

    @Test
    void givenFreshStore_whenLinked_thenStatesComeInOrderAndCredentialsAreTold() throws Exception {
        Client alice = accounts.client("alice");

        alice.updates().await(ConnectionUpdate::receivedPendingNotifications);
        assertThat(alice.updates().all().stream()
                        .filter(update ->
                                update.state() != State.PAIRING || update.qr().isEmpty())
                        .map(ConnectionUpdate::state)
                        .distinct())
                .containsSubsequence(State.PAIRING, State.RECONNECTING)
                .endsWith(State.OPEN);
        assertThat(alice.updates().await(update -> update.state() == State.OPEN).newLogin())
                .isTrue();
        assertThat(alice.socket().state()).isEqualTo(State.OPEN);
        assertThat(server.phone("alice").companions()).containsExactly(alice.device());
        assertThat(alice.socket().lid().map(Jid::withoutDevice))
                .contains(server.phone("alice").lid());
    }

    @Test
    void givenLinkedStore_whenOpenedAgain_thenSameDeviceLogsInWithoutCode() throws Exception {
        AccountStore store = accounts.store();
        Client first = accounts.keep(Client.open(server, "alice", store));
        Jid device = first.device();
        first.close();

        Client again = accounts.keep(Client.open(server, "alice", store));

        assertThat(again.device()).isEqualTo(device);
        assertThat(again.updates().all())
                .noneMatch(update -> update.qr().isPresent())
                .noneMatch(ConnectionUpdate::newLogin);
    }

    @Test
    void givenManyTextsToOneChat_whenNobodyWaitsBetween_thenTheyArriveInOrder() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();

        List<CompletableFuture<SentMessage>> sending = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            sending.add(alice.send(bob, "text " + i));
        }

        for (CompletableFuture<SentMessage> one : sending) {
            one.get(Client.PATIENCE_SECONDS, SECONDS);
        }
        assertThat(atBob.awaitCount(200).stream().map(WebMessage::text))
                .containsExactlyElementsOf(
                        IntStream.range(0, 200).mapToObj(i -> "text " + i).toList());
    }

    @Test
    void givenSeveralChatsAtOnce_whenTextsCross_thenEachChatKeepsItsOrder() throws Exception {
        Client alice = accounts.client("alice");
        List<Client> others = List.of(accounts.client("bob"), accounts.client("carol"), accounts.client("dave"));
        Heard<WebMessage> atAlice = alice.messages();
        List<Heard<WebMessage>> heard = others.stream().map(Client::messages).toList();

        for (int i = 0; i < 40; i++) {
            for (Client other : others) {
                alice.send(other, "to " + other.jid() + " " + i);
                other.send(alice, "from " + other.jid() + " " + i);
            }
        }

        List<WebMessage> all = atAlice.awaitCount(120);
        for (int i = 0; i < others.size(); i++) {
            String jid = others.get(i).jid().toString();
            assertThat(heard.get(i).awaitCount(40).stream().map(WebMessage::text))
                    .containsExactlyElementsOf(numbered("to " + jid));
            assertThat(all.stream().map(WebMessage::text).filter(text -> text.startsWith("from " + jid)))
                    .containsExactlyElementsOf(numbered("from " + jid));
        }
    }

    private static List<String> numbered(String text) {
        return IntStream.range(0, 40).mapToObj(i -> text + " " + i).toList();
    }

    @Test
    void givenMessageSent_whenDeliveredAndRead_thenReceiptsAndStatusesFollow() throws Exception {
        Client alice = accounts.client("alice");
        Client bob =
                accounts.keep(Client.open(server, "bob", accounts.store(), config -> config.markOnlineOnConnect(true)));
        Heard<WebMessage> atBob = bob.messages();
        Heard<MessageReceiptUpdate> receipts = Heard.on(alice.socket(), Events.MESSAGE_RECEIPT_UPDATE);
        Heard<MessagesUpdate> statuses = Heard.on(alice.socket(), Events.MESSAGES_UPDATE);

        SentMessage first = alice.sent(bob, "one");
        SentMessage second = alice.sent(bob, "two");
        List<MessageKey> keys =
                atBob.awaitCount(2).stream().map(WebMessage::key).toList();
        MessageReceiptUpdate delivered = receipts.await(receipt ->
                receipt.type() == ReceiptType.DELIVERY && receipt.key().id().equals(first.id()));
        assertThat(delivered.key()).isEqualTo(first.key());
        assertThat(delivered.key().remoteJid().isUser()).isTrue();

        bob.socket().readMessages(keys).get(Client.PATIENCE_SECONDS, SECONDS);

        for (SentMessage sent : List.of(first, second)) {
            receipts.await(receipt ->
                    receipt.type() == ReceiptType.READ && receipt.key().equals(sent.key()));
            statuses.await(update ->
                    update.updates().contains(new MessagesUpdate.StatusChange(sent.key(), MessageStatus.DELIVERED)));
            statuses.await(update ->
                    update.updates().contains(new MessagesUpdate.StatusChange(sent.key(), MessageStatus.READ)));
        }
    }

    @Test
    void givenNobodyListensYet_whenMessagesCome_thenTheyWaitForTheFirstListener() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Heard<MessageReceiptUpdate> receipts = Heard.on(alice.socket(), Events.MESSAGE_RECEIPT_UPDATE);
        for (int i = 0; i < 3; i++) {
            String id = alice.sent(bob, "early " + i).id();
            receipts.await(receipt -> receipt.key().id().equals(id));
        }

        assertThat(bob.messages().awaitCount(3).stream().map(WebMessage::text))
                .containsExactly("early 0", "early 1", "early 2");
    }

    @Test
    void givenListenerForOneMessageOnly_whenMoreWaited_thenTheNextListenerGetsThem() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Heard<MessageReceiptUpdate> receipts = Heard.on(alice.socket(), Events.MESSAGE_RECEIPT_UPDATE);
        for (int i = 0; i < 5; i++) {
            String id = alice.sent(bob, "early " + i).id();
            receipts.await(receipt -> receipt.key().id().equals(id));
        }

        Heard<WebMessage> first = new Heard<>();
        bob.socket().ev().once(Events.MESSAGES_UPSERT, batch -> batch.messages().forEach(first));
        first.awaitCount(1);
        Heard<WebMessage> rest = bob.messages();

        alice.sent(bob, "fence");
        rest.await(message -> message.text().equals("fence"));
        assertThat(first.all().stream().map(WebMessage::text)).containsExactly("early 0");
        assertThat(rest.all().stream().map(WebMessage::text))
                .containsExactly("early 1", "early 2", "early 3", "early 4", "fence");
    }

    @Test
    void givenListenerThatThrows_whenItIsNeverCalledAgain_thenItAndTheOthersGetAllOfThem() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client(
                "bob", config -> config.receiving(receiving -> receiving.listenerRetry(ListenerRetry.NEVER)));
        Heard<MessageUnhandled> unhandled = Heard.on(bob.socket(), Events.MESSAGE_UNHANDLED);
        Heard<WebMessage> byThrower = new Heard<>();
        bob.socket().ev().on(Events.MESSAGES_UPSERT, batch -> {
            batch.messages().forEach(byThrower);
            throw new IllegalStateException("a listener that throws, as the test wants it");
        });
        Heard<WebMessage> byOther = bob.messages();

        alice.sent(bob, "one");
        alice.sent(bob, "two");
        alice.sent(bob, "three");

        assertThat(byThrower.awaitCount(3).stream().map(WebMessage::text)).containsExactly("one", "two", "three");
        assertThat(byOther.awaitCount(3).stream().map(WebMessage::text)).containsExactly("one", "two", "three");
        assertThat(unhandled.awaitCount(3).stream().map(lost -> lost.message().text()))
                .containsExactly("one", "two", "three");
        assertThat(bob.socket().state()).isEqualTo(State.OPEN);
    }

    @Test
    void givenListenerThatThrowsAtFirst_whenMessagesCome_thenItIsCalledAgainAndTheOrderHolds() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client(
                "bob",
                config -> config.receiving(receiving ->
                        receiving.listenerRetry(new ListenerRetry(3, Duration.ofMillis(1), Duration.ofMillis(2)))));
        Heard<MessageUnhandled> unhandled = Heard.on(bob.socket(), Events.MESSAGE_UNHANDLED);
        Heard<WebMessage> calls = new Heard<>();
        AtomicInteger timesTwo = new AtomicInteger();
        bob.socket()
                .ev()
                .on(
                        Events.MESSAGES_UPSERT,
                        batch -> batch.messages().forEach(message -> {
                            calls.accept(message);
                            boolean tooEarly = message.text().equals("two") && timesTwo.incrementAndGet() < 3;
                            if (tooEarly || message.text().equals("poison")) {
                                throw new IllegalStateException("a listener that throws, as the test wants it");
                            }
                        }));
        Heard<WebMessage> byOther = bob.messages();

        // One after the other, so that each is a batch by itself.
        alice.sent(bob, "one");
        calls.awaitCount(1);
        alice.sent(bob, "two");
        calls.awaitCount(4);
        alice.sent(bob, "poison");
        unhandled.awaitCount(1);
        alice.sent(bob, "four");
        calls.await(message -> message.text().equals("four"));

        assertThat(calls.all().stream().map(WebMessage::text))
                .containsExactly("one", "two", "two", "two", "poison", "poison", "poison", "four");
        assertThat(unhandled.all()).singleElement().satisfies(lost -> {
            assertThat(lost.message().text()).isEqualTo("poison");
            assertThat(lost.calls()).isEqualTo(3);
            assertThat(lost.failure()).isInstanceOf(IllegalStateException.class);
        });
        assertThat(byOther.awaitCount(4).stream().map(WebMessage::text))
                .containsExactly("one", "two", "poison", "four");
    }

    @Test
    void givenListenersThatReplyAndWait_whenMessagesCome_thenNoneOfThemStandsInTheWay() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Heard<WebMessage> replies = alice.messages();
        // More listeners that wait than the account has threads for its own work.
        int listeners = 6;
        for (int i = 0; i < listeners; i++) {
            String name = "listener " + i;
            bob.socket()
                    .ev()
                    .on(
                            Events.MESSAGES_UPSERT,
                            batch -> batch.messages()
                                    .forEach(message -> bob.socket()
                                            .sendMessage(
                                                    message.key().remoteJid(),
                                                    Content.text(name + " heard " + message.text())
                                                            .quoting(message))
                                            .join()));
        }

        alice.sent(bob, "one");
        alice.sent(bob, "two");

        assertThat(replies.awaitCount(2 * listeners).stream().map(WebMessage::text))
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, listeners)
                        .boxed()
                        .flatMap(i -> List.of("listener " + i + " heard one", "listener " + i + " heard two").stream())
                        .toList());
    }

    @Test
    void givenTwoDevicesOfOneAccount_whenOneSends_thenTheOtherKnows() throws Exception {
        Client alice = accounts.client("alice");
        Client desktop = accounts.client("alice");
        Client bob = accounts.client("bob");
        Heard<WebMessage> atDesktop = desktop.messages();
        Heard<WebMessage> atBob = bob.messages();

        SentMessage sent = alice.sent(bob, "from one device");

        WebMessage copy = atDesktop.await(message -> true);
        assertThat(copy.id()).isEqualTo(sent.id());
        assertThat(copy.key()).isEqualTo(sent.key());
        assertThat(copy.key().fromMe()).isTrue();
        assertThat(copy.text()).isEqualTo("from one device");
        assertThat(atBob.await(message -> true).text()).isEqualTo("from one device");

        Heard<WebMessage> atAlice = alice.messages();
        bob.sent(alice, "to both");
        assertThat(atAlice.await(message -> message.text().equals("to both"))
                        .key()
                        .fromMe())
                .isFalse();
        atDesktop.await(message -> message.text().equals("to both"));
    }

    @Test
    void givenPersonWithoutAccount_whenWrittenTo_thenRefusedAsUnknown() throws Exception {
        Client alice = accounts.client("alice");

        Throwable failure =
                Client.failure(alice.socket().sendMessage(Jid.phone("15550009999"), Content.text("anybody?")));

        assertThat(failure).isInstanceOf(dev.waxwing.error.ServerRefusedException.class);
        assertThat(((dev.waxwing.error.ServerRefusedException) failure).code()).isEqualTo(404);
        assertThat(server.journal().entries(entry -> entry.is(Direction.IN, "message")))
                .isEmpty();
    }

    @Test
    void givenAddressThatIsNoPerson_whenSendIsCalled_thenTheCallItselfRefuses() throws Exception {
        Client alice = accounts.client("alice");

        for (String address : List.of("status@broadcast", "123@newsletter")) {
            assertThatThrownBy(() -> alice.socket().sendMessage(Jid.parse(address), Content.text("no")))
                    .as(address)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(address);
        }
        assertThatThrownBy(() -> alice.socket().sendMessage(null, Content.text("no")))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("to");
        assertThatThrownBy(() -> alice.socket().sendMessage(alice.jid(), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("content");
    }

    @Test
    void givenOwnMessage_whenMarkedRead_thenTheCallItselfRefuses() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        MessageKey own = alice.sent(bob, "mine").key();

        assertThatThrownBy(() -> alice.socket().readMessages(List.of(own)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(own.id());
    }

    @Test
    void givenDeviceNotLinkedYet_whenSendIsCalled_thenTheCallItselfRefuses() {
        AccountStore store = accounts.store();
        try (Socket unlinked = Socket.connect(Client.config(server, store).build())) {
            assertThat(unlinked.user()).isEmpty();
            assertThatThrownBy(() -> unlinked.sendMessage(Jid.phone("15550000001"), Content.text("no")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("not linked");
        }
    }
}
