package dev.waxwing.internal.message;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.model.Jid;
import dev.waxwing.model.WebMessage;
import dev.waxwing.proto.common.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.PeerDataOperationRequestResponseMessage;
import dev.waxwing.proto.e2e.PeerDataOperationRequestResponseMessage.PeerDataOperationResult;
import dev.waxwing.proto.e2e.PeerDataOperationRequestResponseMessage.PeerDataOperationResult.PlaceholderMessageResendResponse;
import dev.waxwing.proto.e2e.PeerDataOperationRequestType;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.web.WebMessageInfo;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.server.Direction;
import dev.waxwing.testkit.server.FaultAction;
import dev.waxwing.testkit.server.FaultRule;
import dev.waxwing.testkit.server.JournalEntry;
import dev.waxwing.testkit.server.StanzaMatch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the sender cannot send again, the own phone may have. */
class PlaceholderLoopbackTest {

    private final List<Talker> talkers = new ArrayList<>();
    private LoopbackServer server;
    private Talker alice;
    private Talker bob;

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
    }

    private Talker link(String account) throws Exception {
        Talker talker = Talker.link(
                server,
                account,
                MemoryStore.create(),
                options -> options.placeholderResendDelay(Duration.ofMillis(100)));
        talkers.add(talker);
        return talker;
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
    private FaultRule loseRetries() {
        return server.faults()
                .add(StanzaMatch.in("receipt").type("retry").client(bob.device()), new FaultAction.Drop());
    }

    private List<JournalEntry> requestsOfBob() {
        return server.journal()
                .entries(entry -> entry.is(Direction.IN, "message")
                        && "peer".equals(entry.stanza().attr("category")));
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
        spoilNextFromAlice(new FaultAction.Withhold("view_once"));

        String id = alice.say(bob, "not for companions, says the server");

        assertThat(bob.await(id).text()).isEqualTo("not for companions, says the server");
        assertBobHas("not for companions, says the server");
    }

    @Test
    void givenMessagesNoPeerAsksFor_whenALaterOneIsAskedFor_thenTheyWereNot() throws Exception {
        spoilNextFromAlice(new FaultAction.Withhold("view_once_unavailable_fanout"));
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
        awaitEntry(entry -> entry.is(Direction.IN, "message")
                && "peer".equals(entry.stanza().attr("category")));

        server.phone("Mallory").send(bob.phoneNumber(), forged(id, alice.lid()));
        bob.await(server.phone("Mallory")
                .sendText(bob.phoneNumber(), "did it work?")
                .id());

        assertThat(bob.texts()).containsExactly("hello", "did it work?");
        server.phone("Bob").setOnline(true);
        assertThat(bob.await(id).text()).isEqualTo("the true text");
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
