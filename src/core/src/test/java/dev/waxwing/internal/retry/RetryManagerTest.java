package dev.waxwing.internal.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.PreKeyTable;
import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.address.CanonicalOrder;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.ReceivedHandlers;
import dev.waxwing.internal.area.RegisteredAreas;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.Audience;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.content.Envelope;
import dev.waxwing.internal.content.MessagePadding;
import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.delivery.Deliveries;
import dev.waxwing.internal.delivery.MessagingParts;
import dev.waxwing.internal.delivery.PersonDelivery;
import dev.waxwing.internal.device.AccountRegistrations;
import dev.waxwing.internal.device.DeviceDirectory;
import dev.waxwing.internal.device.SessionBuilder;
import dev.waxwing.internal.device.SharedUserDevices;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.group.GroupParticipants;
import dev.waxwing.internal.group.GroupRoster;
import dev.waxwing.internal.outbox.SentMessages;
import dev.waxwing.internal.signal.Party;
import dev.waxwing.internal.signal.SenderKeyHolders;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.stream.PlayedStream;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.stream.routing.StanzaHandler;
import dev.waxwing.internal.stream.routing.StanzaRouter;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.ManualTimer;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** How far asking and answering go; the test is the server, and moves the time. */
final class RetryManagerTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_760_000_000);
    private static final Jid BOB = Jid.phone("15551230002");
    private static final Jid BOBS_LAPTOP = BOB.withDevice(4);
    private static final Jid BIRDS = Jid.group("120363000000000001");
    private static final Jid CAROL = Jid.phone("15551230003");
    private static final int MAX_RETRIES = 3;

    private final Party alice = new Party("15551230001:3@s.whatsapp.net", MemoryStore.create());
    private final Party laptop = new Party("15551230002:4@s.whatsapp.net", MemoryStore.create());
    private final LidMappings lids = new LidMappings(alice.store, alice.sessions);
    private final PlayedStream stream = new PlayedStream();
    private final ManualTimer timer = new ManualTimer();
    private final AccountThreads threads = AccountThreads.builder()
            .executor(Runnable::run)
            .listeners(Runnable::run)
            .timer(timer)
            .build();
    private final SentMessages sent = new SentMessages(alice.store);
    private final Map<String, StanzaHandler> handlers = new HashMap<>();
    private final List<MessageKey> archiveCalls = new ArrayList<>();
    private List<Jid> members = List.of(BOB);
    private CompletableFuture<Optional<Message>> archive = CompletableFuture.completedFuture(Optional.empty());
    private RetryManager retries;

    @BeforeEach
    void start() {
        alice.credentials.update(
                own -> own.toBuilder().me(alice.jid).account(new byte[] {7}).build());
        Credentials own = alice.credentials.loadOrCreate();
        ContentCodecs codecs = new ContentCodecs();
        ReceivedHandlers received = new ReceivedHandlers();
        DeviceDirectory devices = new DeviceDirectory(
                stream,
                lids,
                new AccountRegistrations(own::self, lids, person -> {}),
                Runnable::run,
                new SharedUserDevices(1_000).ofAccount(Duration.ofMinutes(5)));
        SessionBuilder sessionBuilder =
                new SessionBuilder(stream, alice.sessions, lids, Runnable::run, (device, reason) -> {});
        MessagingParts parts = new MessagingParts(
                alice.store,
                own::self,
                () -> PublicIdentity.of(own),
                lids,
                alice.sessions,
                alice.preKeys,
                devices,
                new PlayedGroups(),
                sessionBuilder,
                stream,
                new EventDispatcher(Runnable::run, timer),
                received,
                codecs,
                threads,
                Clock.fixed(NOW, ZoneOffset.UTC));
        Deliveries deliveries = new Deliveries(Map.of(
                Audience.Person.class,
                new PersonDelivery(lids, devices, sessionBuilder, () -> PublicIdentity.of(own), Runnable::run)));
        retries = new RetryManager(
                parts,
                deliveries,
                sent,
                new CanonicalOrder(lids, threads.work()::isBusy, threads.executor()),
                Duration.ofSeconds(20),
                new RetryPolicy(
                        MAX_RETRIES,
                        key -> {
                            archiveCalls.add(key);
                            return archive;
                        },
                        Duration.ofSeconds(5)));
        Area area = retries::register;
        new RegisteredAreas(List.of(area), new Router(), hook -> {}, received, codecs);
    }

    @AfterEach
    void stop() {
        threads.close();
    }

    private final class Router implements StanzaRouter {
        @Override
        public void on(String tag, @Nullable String type, @Nullable String child, StanzaHandler handler) {
            handlers.put(tag + "/" + type, handler);
        }

        @Override
        public void onIq(String xmlns, String childTag, StanzaHandler handler) {
            throw new AssertionError("not used by retries");
        }
    }

    // Asking

    private static Node message(String id) {
        return Node.builder("message")
                .attr("id", id)
                .attr("from", BOBS_LAPTOP)
                .attr("t", NOW.getEpochSecond())
                .child(Node.builder("enc")
                        .attr("type", "msg")
                        .bytes(new byte[] {1})
                        .build())
                .build();
    }

    /** Answers the count of the receipt that went out, 0 if none did. */
    private int ask(String id, Reason reason) {
        Envelope envelope =
                Envelope.parse(message(id), alice.credentials.loadOrCreate().self());
        retries.ask(envelope, new DecryptionFailedException(reason, "as the test wants", null));
        List<Node> receipts = stream.takeSent();
        return receipts.isEmpty() ? 0 : receipts.get(0).requireChild("retry").intAttr("count", 0);
    }

    @Test
    void givenAMessageThatNeverDecrypts_whenItComesAgain_thenEachRequestIsCountedUpToTheBound() {
        assertThat(ask("A", Reason.INVALID_MESSAGE)).isEqualTo(1);
        assertThat(ask("A", Reason.INVALID_MESSAGE)).isEqualTo(2);
        assertThat(ask("A", Reason.INVALID_MESSAGE)).isEqualTo(3);

        assertThat(ask("A", Reason.INVALID_MESSAGE)).as("not any more").isZero();
        assertThat(ask("B", Reason.INVALID_MESSAGE)).as("another message").isEqualTo(1);
    }

    @Test
    void givenAnHourWithoutIt_whenAMessageComesAgain_thenItsCountIsForgotten() {
        ask("A", Reason.INVALID_MESSAGE);
        ask("A", Reason.INVALID_MESSAGE);
        timer.advance(Duration.ofMinutes(59));
        assertThat(ask("A", Reason.INVALID_MESSAGE)).isEqualTo(3);

        timer.advance(Duration.ofMinutes(61));

        assertThat(ask("A", Reason.INVALID_MESSAGE)).isEqualTo(1);
    }

    @Test
    void givenAConnectionThatIsGone_whenAskedOnIt_thenThatDoesNotCount() {
        stream.disconnect();
        ask("A", Reason.INVALID_MESSAGE);
        stream.connect();

        assertThat(ask("A", Reason.INVALID_MESSAGE)).isEqualTo(1);
    }

    @Test
    void givenASessionThatIsNoUse_whenAskedTheFirstTime_thenKeysForANewOneAreSent() {
        retries.ask(
                Envelope.parse(message("A"), alice.credentials.loadOrCreate().self()),
                new DecryptionFailedException(Reason.NO_SESSION, "none", null));
        assertThat(stream.takeSent().get(0).child("keys")).isNotNull();

        retries.ask(
                Envelope.parse(message("B"), alice.credentials.loadOrCreate().self()),
                new DecryptionFailedException(Reason.INVALID_MESSAGE, "mac", null));
        assertThat(stream.takeSent().get(0).child("keys")).isNull();
    }

    @Nested
    class M4 {

        @Test
        void givenAFlood_whenItCannotBeOpened_thenItsSenderIsAskedSoOftenInAnHourAndOthersAreAskedStill() {
            for (int i = 0; i < RetryManager.MOST_ASKED_OF_A_PERSON; i++) {
                assertThat(ask("M" + i, Reason.INVALID_MESSAGE)).isEqualTo(1);
            }

            assertThat(ask("one more", Reason.INVALID_MESSAGE)).isZero();
            Node others = message("B").toBuilder()
                    .attr("from", Jid.phone("15551230009"))
                    .build();
            retries.ask(
                    Envelope.parse(others, alice.credentials.loadOrCreate().self()),
                    new DecryptionFailedException(Reason.INVALID_MESSAGE, "as the test wants", null));
            assertThat(stream.takeSent()).hasSize(1);

            timer.advance(Duration.ofMinutes(61));
            assertThat(ask("much later", Reason.INVALID_MESSAGE)).isEqualTo(1);
        }

        @Test
        void givenASenderThatUsesNoKeys_whenAskedOften_thenItGetsUnusedOnesAgain() {
            for (int i = 0; i < 3 * ReservedKeys.MOST_UNUSED; i++) {
                ask("M" + i, Reason.NO_SESSION);
            }
            assertThat(keys()).hasSize(ReservedKeys.MOST_UNUSED);

            keys().forEach(id -> alice.store.transact(tx -> {
                PreKeyTable.delete(tx, id);
                return true;
            }));
            ask("after they were used", Reason.NO_SESSION);
            assertThat(keys()).as("a fresh one").hasSize(1);
        }

        private List<Integer> keys() {
            return alice.store.transact(tx -> tx.keys(StoreTable.PRE_KEYS, "", null, 1_000).stream()
                    .map(Integer::valueOf)
                    .toList());
        }
    }

    // Answering

    private void keep(String id, Jid chat) {
        alice.store.transact(tx -> {
            SentMessages.Writer writer = new SentMessages.Writer(tx);
            writer.put(
                    MessageKey.of(chat, true, id),
                    NOW,
                    Message.newBuilder().setConversation(id).build());
            writer.finish();
            return true;
        });
    }

    private void openSession() {
        alice.meet(laptop, laptop.bundle());
    }

    private CompletableFuture<Acknowledgement> requested(String id, Jid device, int count) {
        Node receipt = Node.builder("receipt")
                .attr("id", id)
                .attr("from", device)
                .attr("type", "retry")
                .child(Node.builder("retry")
                        .attr("id", id)
                        .attr("count", count)
                        .attr("v", "1")
                        .build())
                .child(Node.builder("registration")
                        .bytes(BigEndian.encode(
                                laptop.credentials.loadOrCreate().registrationId(), 4))
                        .build())
                .build();
        return handlers.get("receipt/retry").handle(receipt).toCompletableFuture();
    }

    @Test
    void givenADeviceWithASession_whenItAsks_thenTheMessageGoesToItAndIsDoneWithTheServersAck() {
        keep("A", BOB);
        openSession();

        CompletableFuture<Acknowledgement> answer = requested("A", BOBS_LAPTOP, 1);

        assertThat(stream.takeSent()).singleElement().satisfies(stanza -> {
            assertThat(stanza.requireJid("to")).isEqualTo(BOBS_LAPTOP);
            assertThat(stanza.requireChild("enc").intAttr("count", 0)).isEqualTo(1);
        });
        assertThat(answer).isNotDone();
        stream.acknowledge("A");
        assertThat(answer).isCompletedWithValue(Acknowledgement.ACK);
    }

    /** Whom the test says to be in the group. */
    private final class PlayedGroups implements GroupRoster {

        @Override
        public CompletableFuture<Boolean> isAdmin(Jid group, Jid person) {
            return CompletableFuture.completedFuture(false);
        }

        @Override
        public CompletableFuture<GroupParticipants> participants(Jid group) {
            return CompletableFuture.completedFuture(new GroupParticipants(group, false, members, Optional.empty()));
        }

        @Override
        public void forget(Jid group) {
            throw new AssertionError("not used by retries");
        }

        @Override
        public void reached(Jid group, Collection<Jid> people) {
            throw new AssertionError("not used by retries");
        }
    }

    /** Messages to the group have gone to this device since then. */
    private void wentTo(Jid device, Instant since) {
        alice.store.transact(tx -> {
            SenderKeyHolders.in(tx).write(BIRDS, 1, Map.of(device, new SenderKeyHolders.Holder(true, true, since)));
            return true;
        });
    }

    private CompletableFuture<Acknowledgement> requestedInGroup(String id, Jid device) {
        Node receipt = Node.builder("receipt")
                .attr("id", id)
                .attr("from", BIRDS)
                .attr("participant", device)
                .attr("type", "retry")
                .child(Node.builder("retry")
                        .attr("id", id)
                        .attr("count", 1)
                        .attr("v", "1")
                        .build())
                .build();
        return handlers.get("receipt/retry").handle(receipt).toCompletableFuture();
    }

    @Test
    void givenAMessageToAGroup_whenAMemberItWentToAsks_thenThatDeviceAloneGetsItPairwiseWithTheSenderKey() {
        keep("G", BIRDS);
        openSession();
        wentTo(BOBS_LAPTOP, NOW);

        CompletableFuture<Acknowledgement> answer = requestedInGroup("G", BOBS_LAPTOP);

        assertThat(stream.takeSent()).singleElement().satisfies(stanza -> {
            assertThat(stanza.requireJid("to")).isEqualTo(BIRDS);
            assertThat(stanza.requireJid("participant")).isEqualTo(BOBS_LAPTOP);
            assertThat(stanza.attr("addressing_mode")).isEqualTo("pn");
            Node enc = stanza.requireChild("enc");
            assertThat(enc.attr("type")).isEqualTo("pkmsg");
            Message message = Message.parseFrom(MessagePadding.strip(laptop.sessions.inTransaction(
                    List.of(alice.jid),
                    peers -> peers.decrypt(
                            alice.jid, new Ciphertext(Ciphertext.Type.PKMSG, enc.requireBytes()), Optional.empty()))));
            assertThat(message.getConversation()).isEqualTo("G");
            assertThat(message.getSenderKeyDistributionMessage().getGroupID()).isEqualTo(BIRDS.toString());
        });
        stream.acknowledge("G");
        assertThat(answer).isCompletedWithValue(Acknowledgement.ACK);
    }

    @Test
    void givenAMessageToAGroup_whenSomebodyAsksWhoCameLater_thenRefusedAndNothingIsSent() {
        keep("G", BIRDS);
        openSession();
        wentTo(BOBS_LAPTOP, NOW.plusSeconds(1));

        assertThat(requestedInGroup("G", BOBS_LAPTOP))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(ProtocolViolationException.class);

        assertThat(stream.takeSent()).isEmpty();
    }

    @Test
    void givenAMessageToAGroup_whenSomebodyAsksWhoHasLeft_thenRefusedAndNothingIsSent() {
        keep("G", BIRDS);
        openSession();
        wentTo(BOBS_LAPTOP, NOW);
        members = List.of(CAROL);

        // What a handler fails with is told by stanza.refused.
        assertThat(requestedInGroup("G", BOBS_LAPTOP))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(ProtocolViolationException.class);

        assertThat(stream.takeSent()).isEmpty();
    }

    @Test
    void givenAMessageToAGroup_whenAStrangerAsksWhomTheServerCallsAMember_thenRefusedAndNothingIsSent() {
        keep("G", BIRDS);
        openSession();
        wentTo(CAROL, NOW);
        members = List.of(BOB, CAROL);

        // What a handler fails with is told by stanza.refused.
        assertThat(requestedInGroup("G", BOBS_LAPTOP))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(ProtocolViolationException.class);

        assertThat(stream.takeSent()).isEmpty();
    }

    @Test
    void givenADeviceThatAsksTooOften_whenItAsksOnceMore_thenNothingIsSentForAnHour() {
        keep("A", BOB);
        openSession();
        for (int i = 0; i < MAX_RETRIES; i++) {
            requested("A", BOBS_LAPTOP, 1);
            assertThat(stream.takeSent()).hasSize(1);
            stream.acknowledge("A");
        }

        assertThat(requested("A", BOBS_LAPTOP, 1)).isCompletedWithValue(Acknowledgement.ACK);
        assertThat(stream.takeSent()).isEmpty();
        timer.advance(Duration.ofMinutes(61));
        requested("A", BOBS_LAPTOP, 1);
        assertThat(stream.takeSent()).hasSize(1);
    }

    @Test
    void givenACountOverTheBound_whenADeviceAsks_thenNothingIsSent() {
        keep("A", BOB);
        openSession();

        assertThat(requested("A", BOBS_LAPTOP, MAX_RETRIES + 1)).isCompletedWithValue(Acknowledgement.ACK);

        assertThat(stream.takeSent()).isEmpty();
    }

    @Test
    void givenAnAnswerThatGotLost_whenTheDeviceAsksAgain_thenThatDidNotCount() {
        keep("A", BOB);
        openSession();
        for (int i = 0; i < 2 * MAX_RETRIES; i++) {
            CompletableFuture<Acknowledgement> answer = requested("A", BOBS_LAPTOP, 1);
            stream.disconnect();
            assertThat(answer).isCompletedExceptionally();
            stream.connect();
        }
        stream.takeSent();

        requested("A", BOBS_LAPTOP, 1);

        assertThat(stream.takeSent()).hasSize(1);
    }

    @Test
    void givenAStranger_whenItAsksForSomebodyElsesMessage_thenItGetsNothing() {
        keep("A", CAROL);
        openSession();

        for (int i = 0; i < MAX_RETRIES; i++) {
            assertThat(requested("A", BOBS_LAPTOP, 1))
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCauseInstanceOf(ProtocolViolationException.class)
                    .withMessageContaining("somebody else");
        }

        assertThat(requested("A", BOBS_LAPTOP, 1))
                .as("and no more is looked for it")
                .isCompletedWithValue(Acknowledgement.ACK);
        assertThat(stream.takeSent()).isEmpty();
        assertThat(archiveCalls).isEmpty();
    }

    @Test
    void givenADeviceThatIsNotListed_whenItAsks_thenItGetsNothing() {
        keep("A", BOB);
        CompletableFuture<Acknowledgement> answer = requested("A", BOBS_LAPTOP, 1);
        PlayedStream.Unanswered query = stream.takeRequests().get(0);
        Node bob = Node.builder("user")
                .attr("jid", BOB)
                .child(Node.builder("devices")
                        .child(Node.builder("device-list")
                                .child(Node.builder("device").attr("id", 0).build())
                                .build())
                        .build())
                .build();
        query.answer()
                .complete(Node.builder("iq")
                        .child(Node.builder("usync")
                                .child(Node.builder("list").child(bob).build())
                                .build())
                        .build());

        assertThat(answer)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(ProtocolViolationException.class)
                .withMessageContaining("no device of that person");
        assertThat(stream.takeSent()).isEmpty();
    }

    @Test
    void givenASessionThatFailedBefore_whenItIsTheSameAtTheNextCount_thenItIsReplaced() {
        keep("A", BOB);
        openSession();
        requested("A", BOBS_LAPTOP, 2);
        assertThat(stream.takeRequests())
                .as("the first time it is only remembered")
                .isEmpty();
        assertThat(stream.takeSent()).hasSize(1);
        stream.acknowledge("A");

        requested("A", BOBS_LAPTOP, 3);

        assertThat(stream.takeSent()).isEmpty();
        assertThat(stream.takeRequests())
                .singleElement()
                .satisfies(query -> assertThat(query.iq().child("key"))
                        .as("its keys are fetched for a new session")
                        .isNotNull());
    }

    @Test
    void givenASessionThatIsAnotherOneAtTheNextCount_whenAsked_thenItIsUsed() {
        keep("A", BOB);
        openSession();
        requested("A", BOBS_LAPTOP, 2);
        stream.takeSent();
        stream.acknowledge("A");
        openSession();

        requested("A", BOBS_LAPTOP, 3);

        assertThat(stream.takeSent()).hasSize(1);
        assertThat(stream.takeRequests()).isEmpty();
    }

    @Test
    void givenAMessageNotKeptAnyMore_whenAsked_thenTheApplicationsArchiveHasIt() {
        archive = CompletableFuture.completedFuture(
                Optional.of(Message.newBuilder().setConversation("old").build()));
        openSession();

        requested("OLD", BOBS_LAPTOP, 1);

        assertThat(archiveCalls).containsExactly(MessageKey.of(BOB, true, "OLD"));
        assertThat(stream.takeSentIds()).containsExactly("OLD");
    }

    @Test
    void givenAnArchiveThatDoesNotAnswer_whenHalfAMinuteHasPassed_thenTheNextRequestOfThePersonIsAnswered() {
        archive = new CompletableFuture<>();
        keep("KEPT", BOB);
        openSession();
        CompletableFuture<Acknowledgement> stuck = requested("OLD", BOBS_LAPTOP, 1);
        requested("KEPT", BOBS_LAPTOP, 1);
        timer.advance(Duration.ofSeconds(29));
        assertThat(stuck).isNotDone();
        assertThat(stream.takeSent()).as("in the order asked for").isEmpty();

        timer.advance(Duration.ofSeconds(1));

        assertThat(stuck).isCompletedWithValue(Acknowledgement.ACK);
        assertThat(stream.takeSentIds()).containsExactly("KEPT");
        assertThat(archive).as("the application's own future is left alone").isNotDone();
    }

    @Test
    void givenAnArchiveThatFails_whenAsked_thenTheRequestIsDone() {
        archive = CompletableFuture.failedFuture(new IllegalStateException("archive bug"));
        openSession();

        assertThat(requested("OLD", BOBS_LAPTOP, 1)).isCompletedWithValue(Acknowledgement.ACK);

        assertThat(stream.takeSent()).isEmpty();
    }
}
