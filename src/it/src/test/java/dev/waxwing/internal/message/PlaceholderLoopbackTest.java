package dev.waxwing.internal.message;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.model.Jid;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.common.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.PeerDataOperationRequestResponseMessage;
import dev.waxwing.proto.e2e.PeerDataOperationRequestResponseMessage.PeerDataOperationResult;
import dev.waxwing.proto.e2e.PeerDataOperationRequestResponseMessage.PeerDataOperationResult.PlaceholderMessageResendResponse;
import dev.waxwing.proto.e2e.PeerDataOperationRequestType;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.web.WebMessageInfo;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.JournalEntry;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the sender cannot send again, the own phone may have. */
class PlaceholderLoopbackTest {

    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONGER_THAN_ANY_TEST = Duration.ofHours(1);

    private final List<Talker> talkers = new ArrayList<>();
    private LoopbackServer server;
    private Talker alice;
    private Talker bob;

    /** How long a sender has before the phone is asked; taken at the start of a client. */
    private Duration delay = SHORT;

    /** Taken likewise; empty for the client's own. */
    private Optional<ExecutorService> executor = Optional.empty();

    @BeforeEach
    void start() throws Exception {
        server = LoopbackServer.builder().strict(true).start();
        alice = link("Alice");
        bob = link("Bob");
        bob.await(alice.say(bob, "hello"));
        alice.await(bob.say(alice, "hello yourself"));
    }

    @AfterEach
    void stop() {
        talkers.forEach(Talker::close);
        server.close();
        executor.ifPresent(ExecutorService::shutdown);
    }

    private Talker link(String account) throws Exception {
        Talker talker = Talker.link(server, account, MemoryStore.create(), options -> {
            executor.ifPresent(options::executor);
            return options.receiving(receiving -> receiving.placeholderResendDelay(delay))
                    .connection(connection -> connection.maxReconnectDelay(Duration.ofSeconds(1)));
        });
        talkers.add(talker);
        return talker;
    }

    private void restartBob(Duration newDelay) throws Exception {
        bob.disconnect();
        delay = newDelay;
        bob.reconnect();
    }

    private StanzaMatch messagesTo(Talker receiver, Talker sender) {
        return StanzaMatch.out("message").client(receiver.device()).peer(sender.lid());
    }

    /** The next message cannot be opened, whichever form of the sender's address it comes with. */
    private void spoilNextFromAlice(FaultAction how) {
        server.faults().add(messagesTo(bob, alice).first(1), how);
        server.faults()
                .add(
                        StanzaMatch.out("message")
                                .client(bob.device())
                                .peer(alice.phoneNumber())
                                .first(1),
                        how);
    }

    /** Bob's requests to send again never reach anybody. */
    private void loseRetries() {
        server.faults().add(StanzaMatch.in("receipt").type("retry").client(bob.device()), new FaultAction.Drop());
    }

    private static boolean isRequest(JournalEntry entry) {
        return entry.is(Direction.IN, "message") && "peer".equals(entry.stanza().attr("category"));
    }

    private List<JournalEntry> requestsOfBob() {
        return server.journal().entries(PlaceholderLoopbackTest::isRequest);
    }

    /** A message that Bob could not read, whose sender is not told; the server has his ack for it. */
    private String acknowledgedUnread(String text) throws Exception {
        loseRetries();
        spoilNextFromAlice(new FaultAction.CorruptCiphertext());
        String id = alice.say(bob, text);
        awaitAckOf(id);
        server.faults().clear();
        return id;
    }

    /** A message that Bob could not read and acknowledged; Alice sends it again when she is back. */
    private String unreadWhileAliceIsAway(String text) throws Exception {
        bob.disconnect();
        spoilNextFromAlice(new FaultAction.CorruptCiphertext());
        String id = alice.say(bob, text);
        alice.disconnect();
        bob.reconnect();
        awaitAckOf(id);
        server.faults().clear();
        return id;
    }

    /** Bob's, for the message; Alice acknowledges what receipts tell her of it. */
    private void awaitAckOf(String id) throws Exception {
        awaitEntry(entry -> entry.is(Direction.IN, "ack")
                && id.equals(entry.stanza().attr("id"))
                && "message".equals(entry.stanza().attr("class")));
    }

    private List<StoreEntry> missingRows() {
        return bob.store().transact(tx -> tx.scanPrefix(StoreTable.MISSING_MESSAGES, "", 10));
    }

    private JournalEntry awaitEntry(Predicate<JournalEntry> wanted) throws Exception {
        return server.journal().await(wanted).get(30, SECONDS);
    }

    /** Everything before this is handled, and came once. */
    private void assertBobHas(String... texts) throws Exception {
        bob.await(alice.say(bob, "the last one"));
        List<String> all = new ArrayList<>(List.of("hello"));
        all.addAll(List.of(texts));
        all.add("the last one");
        assertThat(bob.texts()).containsExactlyInAnyOrderElementsOf(all);
        assertThat(missingRows()).isEmpty();
    }

    @Test
    void givenSenderThatCannotSendItAgain_whenThePhoneHasIt_thenTheListenerGetsItOnce() throws Exception {
        loseRetries();
        spoilNextFromAlice(new FaultAction.CorruptCiphertext());

        String id = alice.say(bob, "only the phone has it");

        WebMessage message = bob.await(id);
        assertThat(message.text()).isEqualTo("only the phone has it");
        assertThat(message.key().fromMe()).isFalse();
        assertThat(message.key().remoteJid()).isEqualTo(alice.lid());
        assertThat(bob.undecryptable(id)).hasSize(1);
        server.faults().clear();
        assertBobHas("only the phone has it");
        assertThat(requestsOfBob()).hasSize(1);
        assertThat(requestsOfBob().get(0).stanza().jid("to")).isEqualTo(bob.phoneNumber());
    }

    @Test
    void givenSenderThatSendsItAgain_whenThePhoneAnswersToo_thenTheListenerGetsItOnce() throws Exception {
        server.faults()
                .add(
                        StanzaMatch.in("receipt").type("retry").client(bob.device()),
                        new FaultAction.Delay(Duration.ofSeconds(1)));
        spoilNextFromAlice(new FaultAction.CorruptCiphertext());

        String id = alice.say(bob, "from both");
        bob.await(id);
        awaitEntry(entry -> entry.is(Direction.OUT, "message")
                && id.equals(entry.stanza().attr("id"))
                && entry.stanza().children("enc").stream().anyMatch(enc -> enc.hasAttr("count")));

        assertBobHas("from both");
        assertThat(requestsOfBob()).hasSize(1);
    }

    @Test
    void givenMessageThatCameAfterThePhoneWasAsked_whenItAnswersMuchLater_thenTheListenerGetsItOnce() throws Exception {
        server.phone("Bob").setOnline(false);
        String id = unreadWhileAliceIsAway("from both, days apart");
        awaitEntry(PlaceholderLoopbackTest::isRequest);
        alice.reconnect();
        bob.await(id);
        // As when many others have come since.
        bob.store().transact(tx -> {
            tx.scanPrefix(StoreTable.INBOX, "seen/", 10).forEach(row -> tx.delete(StoreTable.INBOX, row.key()));
            return true;
        });

        server.phone("Bob").setOnline(true);

        String answer = awaitEntry(entry -> entry.is(Direction.OUT, "message")
                        && "peer".equals(entry.stanza().attr("category")))
                .stanza()
                .requireAttr("id");
        awaitEntry(entry -> entry.is(Direction.IN, "receipt")
                && answer.equals(entry.stanza().attr("id")));
        assertBobHas("from both, days apart");
    }

    @Test
    void givenMessageThatCameMeanwhile_whenItIsTimeToAsk_thenThePhoneIsAskedForTheOtherAlone() throws Exception {
        server.phone("Bob").setOnline(false);
        spoilNextFromAlice(new FaultAction.CorruptCiphertext());
        bob.await(alice.say(bob, "sent again at once"));
        server.faults().clear();
        int before = requestsOfBob().size();
        loseRetries();
        spoilNextFromAlice(new FaultAction.CorruptCiphertext());
        server.phone("Bob").setOnline(true);

        bob.await(alice.say(bob, "never sent again"));

        // What fails first is asked for first, so the first one has had its time.
        assertThat(requestsOfBob()).hasSize(before + 1);
        server.faults().clear();
        assertBobHas("sent again at once", "never sent again");
    }

    @Test
    void givenMessageThatIsUnavailable_whenThePhoneHasIt_thenTheListenerGetsIt() throws Exception {
        spoilNextFromAlice(new FaultAction.Withhold(""));

        String id = alice.say(bob, "not for companions, says the server");

        assertThat(bob.await(id).text()).isEqualTo("not for companions, says the server");
        assertBobHas("not for companions, says the server");
    }

    @Test
    void givenMessagesNoPeerAsksFor_whenALaterOneIsAskedFor_thenTheyWereNot() throws Exception {
        spoilNextFromAlice(new FaultAction.Withhold("view_once"));
        bob.awaitUndecryptable(alice.say(bob, "a view-once message"), 1);
        server.faults().clear();
        Instant now = Instant.now();
        server.clock().set(now.minus(Duration.ofDays(15)));
        loseRetries();
        spoilNextFromAlice(new FaultAction.CorruptCiphertext());
        String old = alice.say(bob, "too old");
        bob.awaitUndecryptable(old, 1);
        // The failure is told before the retry is asked for, and that is to be lost as well.
        awaitEntry(entry -> entry.is(Direction.IN, "receipt")
                && "retry".equals(entry.stanza().attr("type"))
                && old.equals(entry.stanza().attr("id")));
        server.clock().set(now);
        server.faults().clear();
        loseRetries();
        spoilNextFromAlice(new FaultAction.CorruptCiphertext());

        bob.await(alice.say(bob, "a plain one"));

        server.faults().clear();
        assertBobHas("a plain one");
        assertThat(requestsOfBob()).hasSize(1);
    }

    @Test
    void givenStranger_whenItAnswersInPlaceOfThePhone_thenNothingIsDelivered() throws Exception {
        server.phone("Bob").setOnline(false);
        loseRetries();
        spoilNextFromAlice(new FaultAction.CorruptCiphertext());
        String id = alice.say(bob, "the true text");
        awaitEntry(PlaceholderLoopbackTest::isRequest);

        server.phone("Mallory").send(bob.phoneNumber(), forged(id, alice.lid()));
        bob.await(server.phone("Mallory")
                .sendText(bob.phoneNumber(), "did it work?")
                .id());

        assertThat(bob.texts()).containsExactly("hello", "did it work?");
        server.phone("Bob").setOnline(true);
        assertThat(bob.await(id).text()).isEqualTo("the true text");
    }

    // What a process leaves to the next

    @Test
    void givenProcessThatEndsBeforeThePhoneIsAsked_whenStartedAgain_thenTheListenerGetsTheMessageOnce()
            throws Exception {
        restartBob(LONGER_THAN_ANY_TEST);
        String id = acknowledgedUnread("from before the restart");
        assertThat(missingRows()).hasSize(1);

        restartBob(SHORT);

        WebMessage message = bob.await(id);
        assertThat(message.text()).isEqualTo("from before the restart");
        assertThat(message.key().remoteJid()).isEqualTo(alice.lid());
        assertBobHas("from before the restart");
        assertThat(requestsOfBob()).hasSize(1);
    }

    @Test
    void givenProcessThatEndsBeforeThePhoneAnswers_whenStartedAgain_thenTheAnswerIsTaken() throws Exception {
        server.phone("Bob").setOnline(false);
        String id = acknowledgedUnread("answered late");
        awaitEntry(PlaceholderLoopbackTest::isRequest);
        bob.disconnect();
        server.phone("Bob").setOnline(true);

        bob.reconnect();

        assertThat(bob.await(id).text()).isEqualTo("answered late");
        assertBobHas("answered late");
    }

    @Test
    void givenRequestThatTheServerHas_whenStartedAgain_thenItIsNotMadeAgain() throws Exception {
        // In one line: what is done over the ack of the request is done before what is done over a later ack.
        executor = Optional.of(Executors.newSingleThreadExecutor());
        restartBob(SHORT);
        server.phone("Bob").setOnline(false);
        String id = acknowledgedUnread("asked for once");
        JournalEntry first = awaitEntry(PlaceholderLoopbackTest::isRequest);
        alice.await(bob.say(alice, "still there"));

        restartBob(SHORT);

        String next = acknowledgedUnread("after the restart");
        awaitEntry(entry -> isRequest(entry) && entry.number() > first.number());
        server.phone("Bob").setOnline(true);
        bob.await(next);
        bob.await(id);
        assertThat(requestsOfBob()).hasSize(2);
        assertBobHas("asked for once", "after the restart");
    }

    @Test
    void givenMessageThatCameMeanwhile_whenStartedAgain_thenThePhoneIsNotAskedForIt() throws Exception {
        restartBob(LONGER_THAN_ANY_TEST);
        spoilNextFromAlice(new FaultAction.CorruptCiphertext());
        bob.await(alice.say(bob, "sent again at once"));
        assertThat(missingRows()).isEmpty();
        server.faults().clear();

        restartBob(SHORT);

        bob.await(acknowledgedUnread("never sent again"));
        assertThat(requestsOfBob()).hasSize(1);
        assertBobHas("sent again at once", "never sent again");
    }

    @Test
    void givenSenderThatSendsItAgainAfterTheRestart_whenItComes_thenThePhoneIsNotAskedForItAnyMore() throws Exception {
        delay = LONGER_THAN_ANY_TEST;
        String id = unreadWhileAliceIsAway("sent again later");
        restartBob(LONGER_THAN_ANY_TEST);
        assertThat(missingRows()).hasSize(1);

        alice.reconnect();

        bob.await(id);
        assertThat(missingRows()).isEmpty();
        assertBobHas("sent again later");
        assertThat(requestsOfBob()).isEmpty();
    }

    @Test
    void givenConnectionLostOverTheRequest_whenThereIsAnother_thenThePhoneIsAskedAgain() throws Exception {
        server.faults().add(requestsMatch().first(1), new FaultAction.Close(0));
        loseRetries();
        spoilNextFromAlice(new FaultAction.CorruptCiphertext());

        bob.await(alice.say(bob, "asked for twice"));

        server.faults().clear();
        assertBobHas("asked for twice");
        assertThat(requestsOfBob()).hasSize(2);
    }

    @Test
    void givenRequestThatCostsEveryConnection_whenTriedThreeTimes_thenOnlyTheNextProcessTriesAgain() throws Exception {
        server.faults().add(requestsMatch(), new FaultAction.Close(0));
        loseRetries();
        spoilNextFromAlice(new FaultAction.CorruptCiphertext());
        String id = alice.say(bob, "dangerous to ask for");
        for (long last = 0, times = 0; times < 3; times++) {
            long before = last;
            last = awaitEntry(entry -> isRequest(entry) && entry.number() > before)
                    .number();
        }
        server.faults().clear();

        bob.await(acknowledgedUnread("harmless"));
        assertThat(requestsOfBob()).hasSize(4);
        assertThat(bob.texts()).doesNotContain("dangerous to ask for");
        restartBob(SHORT);

        bob.await(id);
        assertBobHas("dangerous to ask for", "harmless");
        assertThat(requestsOfBob()).hasSize(5);
    }

    private StanzaMatch requestsMatch() {
        return StanzaMatch.in("message").client(bob.device()).peer(bob.phoneNumber());
    }

    private static Message forged(String id, Jid chat) {
        WebMessageInfo info = WebMessageInfo.newBuilder()
                .setKey(MessageKey.newBuilder()
                        .setRemoteJID(chat.toString())
                        .setFromMe(false)
                        .setID(id))
                .setMessage(Message.newBuilder().setConversation("a forged text"))
                .build();
        return Message.newBuilder()
                .setProtocolMessage(ProtocolMessage.newBuilder()
                        .setType(ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE)
                        .setPeerDataOperationRequestResponseMessage(PeerDataOperationRequestResponseMessage.newBuilder()
                                .setPeerDataOperationRequestType(
                                        PeerDataOperationRequestType.PLACEHOLDER_MESSAGE_RESEND)
                                .addPeerDataOperationResult(PeerDataOperationResult.newBuilder()
                                        .setPlaceholderMessageResendResponse(
                                                PlaceholderMessageResendResponse.newBuilder()
                                                        .setWebMessageInfoBytes(info.toByteString())))))
                .build();
    }
}
