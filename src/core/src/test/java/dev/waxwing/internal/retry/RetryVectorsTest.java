package dev.waxwing.internal.retry;

import static dev.waxwing.internal.message.VectorNodes.attributes;
import static dev.waxwing.internal.message.VectorNodes.tags;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessageUndecryptable;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.MessagePadding;
import dev.waxwing.internal.message.PlayedAccount;
import dev.waxwing.internal.message.VectorDevices;
import dev.waxwing.internal.message.VectorNodes;
import dev.waxwing.internal.outbox.SentMessages;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.vectors.Vectors;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Retries as one popular client asked for and answered them ({@code messaging-retry-nodes.json}); differences on
 * purpose are named.
 */
class RetryVectorsTest {

    private static final JsonNode FILE = Vectors.load("messaging-retry-nodes.json");
    private static final byte[] DEVICE_IDENTITY = deviceIdentity();
    private static final Jid CHAT = Jid.parse("15550001001@s.whatsapp.net");

    private PlayedAccount account;
    private List<MessageUndecryptable> undecryptable;

    @BeforeEach
    void open() {
        account =
                new PlayedAccount(VectorDevices.self(FILE.get("self"), DEVICE_IDENTITY), true, PlayedAccount.policy());
        undecryptable = account.listen(Events.MESSAGE_UNDECRYPTABLE);
        account.server(this::answer);
    }

    @AfterEach
    void close() {
        account.close();
    }

    // Asking

    @Test
    void givenMessageThatNeverDecrypts_whenItComesSixTimes_thenItIsAskedForFiveTimesWithKeysAndEndsAcknowledged()
            throws Exception {
        List<String> names = List.of(
                "cannot decrypt, first attempt: count 1, no keys",
                "cannot decrypt, second attempt: count 2, keys attached",
                "third",
                "fourth",
                "fifth and last",
                "sixth: budget used up, only the ack goes out");
        List<String> keyIds = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            JsonNode vector = vector(names.get(i));
            assertThat(account.receive(incoming(vector))).isEqualTo(Acknowledgement.ACK);
            List<Node> sent = account.takeSent();
            if (i == 5) {
                assertThat(sent).isEmpty();
                continue;
            }
            Node expected = outgoing(vector, "receipt");
            Node receipt = sent.get(0);
            assertThat(attributes(receipt)).isEqualTo(attributes(expected));
            // The reason is told, as one peer does; the recorded client always writes 0.
            assertThat(withoutError(receipt)).isEqualTo(withoutError(expected));
            assertThat(receipt.requireChild("registration")).isEqualTo(expected.requireChild("registration"));
            assertThat(tags(receipt)).isEqualTo(tags(expected));
            if (i == 0) {
                continue;
            }
            Node keys = receipt.requireChild("keys");
            Node expectedKeys = expected.requireChild("keys");
            assertThat(tags(keys)).isEqualTo(tags(expectedKeys));
            for (String same : List.of("type", "identity", "device-identity")) {
                assertThat(keys.requireChild(same)).isEqualTo(expectedKeys.requireChild(same));
            }
            assertThat(keys.requireChild("skey").requireChild("value"))
                    .isEqualTo(expectedKeys.requireChild("skey").requireChild("value"));
            keyIds.add(HexFormat.of()
                    .formatHex(keys.requireChild("key").requireChild("id").requireBytes()));
        }
        assertThat(keyIds)
                .as("every request brings a fresh one-time key")
                .hasSize(4)
                .doesNotHaveDuplicates();
        assertThat(undecryptable).as("told once for each failure").hasSize(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"group message without sender key", "own phone to someone else, seen by this device"})
    void givenOtherKindsOfChat_whenAskedFor_thenTheReceiptIsAddressedAsRecorded(String name) throws Exception {
        JsonNode vector = vector(name);

        assertThat(account.receive(incoming(vector))).isEqualTo(Acknowledgement.ACK);

        Node receipt = account.takeSent().get(0);
        assertThat(attributes(receipt)).isEqualTo(attributes(outgoing(vector, "receipt")));
        assertThat(withoutError(receipt)).isEqualTo(withoutError(outgoing(vector, "receipt")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "message without enc (unavailable child): content asked from the phone",
                "view-once fan-out: nothing requested"
            })
    void givenUnavailableContent_whenReceived_thenTheSenderIsNotAskedAndTheApplicationIsTold(String name)
            throws Exception {
        assertThat(account.receive(incoming(vector(name)))).isEqualTo(Acknowledgement.ACK);

        assertThat(account.takeSent()).isEmpty();
        assertThat(undecryptable).hasSize(1);
    }

    @Test
    void givenConnectionLostWhileAsking_whenTheMessageComesAgain_thenThatDidNotCount() throws Exception {
        Node message = incoming(vector("cannot decrypt, first attempt: count 1, no keys"));
        account.connected(false);
        for (int i = 0; i < 10; i++) {
            assertThat(account.give(message)).isCompletedExceptionally();
        }
        account.connected(true);

        assertThat(account.receive(message)).isEqualTo(Acknowledgement.ACK);

        assertThat(account.takeSent().get(0).requireChild("retry").intAttr("count", 0))
                .isEqualTo(1);
    }

    @Test
    void givenMessageThatWasEncryptedAnewBefore_whenItFailsAfterARestart_thenTheCountGoesOn() throws Exception {
        Node message = incoming(vector("cannot decrypt, first attempt: count 1, no keys"));
        Node again = message.toBuilder()
                .children(List.of(
                        message.requireChild("enc").toBuilder().attr("count", 3).build()))
                .build();

        account.receive(again);

        assertThat(account.takeSent().get(0).requireChild("retry").intAttr("count", 0))
                .isEqualTo(4);
    }

    @Test
    void givenAbsurdCount_whenReceived_thenItIsTakenForTheLastRetry() throws Exception {
        Node message = incoming(vector("cannot decrypt, first attempt: count 1, no keys"));
        Node absurd = message.toBuilder()
                .children(List.of(message.requireChild("enc").toBuilder()
                        .attr("count", Integer.MAX_VALUE)
                        .build()))
                .build();

        assertThat(account.receive(absurd)).isEqualTo(Acknowledgement.ACK);

        assertThat(account.takeSent()).isEmpty();
    }

    // Answering

    @Test
    void givenOneDeviceAsksWithoutKeys_whenAnswered_thenItsBundleIsFetchedAndOnlyItGetsTheMessage() throws Exception {
        assertAnswered("retry asked by one device, no keys: bundle fetched, resent to that device only", CHAT, 1);
        assertThat(account.requests.stream().filter(RetryVectorsTest::isKeyQuery))
                .singleElement()
                .satisfies(iq -> assertThat(attributes(iq.requireChild("key").requireChild("user")))
                        .containsExactly(Map.entry("jid", "100000000000001:3@lid"), Map.entry("reason", "identity")));
    }

    @Test
    void givenOneDeviceAsksWithKeys_whenAnswered_thenTheSessionIsMadeOfThemAndNoBundleIsFetched() throws Exception {
        // The recorded device identity is forty random bytes, which the recorded client does not look at.
        String name = "retry asked by one device with keys: no fetch, session rebuilt from the receipt";
        Node receipt = incoming(vector(name));
        Node keys = receipt.requireChild("keys");
        Node genuine = keys.toBuilder()
                .children(keys.children().stream()
                        .filter(child -> !child.tag().equals("device-identity"))
                        .toList())
                .build();
        assertAnswered(
                name,
                receipt.toBuilder()
                        .children(List.of(receipt.requireChild("retry"), receipt.requireChild("registration"), genuine))
                        .build(),
                CHAT,
                2);
        assertThat(account.requests).noneMatch(RetryVectorsTest::isKeyQuery);
    }

    @Test
    void givenKeysWithADeviceIdentityThatIsNone_whenAsked_thenNothingIsSent() throws Exception {
        String name = "retry asked by one device with keys: no fetch, session rebuilt from the receipt";
        keep(incoming(vector(name)), decrypted(vector(name)), CHAT);

        assertRefused(name);
    }

    @Test
    void givenThePhoneAsks_whenAnswered_thenOnlyItGetsTheMessage() throws Exception {
        // The recorded client sends the whole message to every device again.
        String name = "retry asked by the phone (device 0): this peer resends to every device";
        Node receipt = incoming(vector(name));
        Message message = Message.newBuilder().setConversation("for the phone").build();
        keep(receipt, message, CHAT);

        assertThat(account.receive(receipt)).isEqualTo(Acknowledgement.ACK);

        Node resent = account.takeSent().get(0);
        assertThat(attributes(resent)).containsEntry("to", "15550001001@s.whatsapp.net");
        assertThat(tags(resent)).containsExactly("enc", "device-identity");
        assertThat(open(resent, "100000000000001@lid")).isEqualTo(message);
    }

    @Test
    void givenAnOwnDeviceAsks_whenAnswered_thenItGetsTheDeviceSentFormAndTheChat() throws Exception {
        // Recorded without the identity that the phone has signed: the device is known from before.
        Jid own = Jid.parse("100000000000099:20@lid");
        account.know(
                own,
                VectorDevices.pair(recipient("100000000000099:20@lid").get("identityPrivate"))
                        .publicKey());

        assertAnswered("own other device asks: device-sent wrapper, recipient attribute", CHAT, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"retry for an unknown message: acknowledged, nothing resent"})
    void givenUnknownMessage_whenAsked_thenItIsOnlyAcknowledged(String name) throws Exception {
        assertRefused(name);
    }

    @Test
    void givenGroupMessage_whenAsked_thenItIsOnlyAcknowledged() throws Exception {
        // Nothing is sent to groups yet, so there is nothing to send again.
        for (JsonNode vector : FILE.get("vectors")) {
            if (vector.path("incoming").path("attrs").path("from").asText().endsWith("@g.us")
                    && vector.get("incoming").get("tag").asText().equals("receipt")) {
                assertRefused(vector.get("name").textValue());
            }
        }
    }

    private void assertRefused(String name) throws Exception {
        Node receipt = incoming(vector(name));
        try {
            assertThat(account.receive(receipt)).isEqualTo(Acknowledgement.ACK);
        } catch (ExecutionException refused) {
            // The stream acknowledges what a handler refused.
            assertThat(refused.getCause()).isInstanceOf(PeerKeyRejectedException.class);
        }
        assertThat(account.takeSent()).isEmpty();
    }

    private void assertAnswered(String name, Jid chat, int count) throws Exception {
        assertAnswered(name, incoming(vector(name)), chat, count);
    }

    private void assertAnswered(String name, Node receipt, Jid chat, int count) throws Exception {
        JsonNode vector = vector(name);
        Message recorded = decrypted(vector);
        Message message = recorded.hasDeviceSentMessage()
                ? recorded.getDeviceSentMessage().getMessage()
                : recorded;
        keep(receipt, message, chat);

        assertThat(account.receive(receipt)).isEqualTo(Acknowledgement.ACK);

        List<Node> sent = account.takeSent();
        assertThat(sent).hasSize(1);
        Node resent = sent.get(0);
        Node expected = outgoing(vector, "message");
        assertThat(attributes(resent)).isEqualTo(attributes(expected));
        // No participants: the service refuses them here, though the recorded client sends both.
        assertThat(tags(resent)).containsExactly("enc", "device-identity");
        assertThat(attributes(resent.requireChild("enc"))).isEqualTo(attributes(expected.requireChild("enc")));
        assertThat(resent.requireChild("enc").intAttr("count", 0)).isEqualTo(count);
        assertThat(resent.requireChild("device-identity")).isEqualTo(expected.requireChild("device-identity"));

        String owner = vector.get("outgoing").findValue("sessionOwner").textValue();
        Message opened = open(resent, owner);
        if (recorded.hasDeviceSentMessage()) {
            assertThat(opened.getDeviceSentMessage()).isEqualTo(recorded.getDeviceSentMessage());
        } else {
            assertThat(opened).isEqualTo(recorded);
        }
    }

    /** As if it had been sent lately. */
    private void keep(Node receipt, Message message, Jid chat) {
        account.lids.learn(chat, Jid.parse("100000000000001@lid"));
        account.store.transact(tx -> {
            SentMessages.Writer writer = new SentMessages.Writer(tx);
            writer.put(MessageKey.of(chat, true, receipt.requireAttr("id")), PlayedAccount.NOW, message);
            writer.finish();
            return true;
        });
    }

    /** Opens what was sent again as the recipient, with the private keys of the vectors. */
    private static Message open(Node resent, String owner) throws Exception {
        JsonNode recipient = recipient(owner);
        try (PlayedAccount device =
                new PlayedAccount(VectorDevices.recipient(recipient, 4021), true, PlayedAccount.policy())) {
            VectorDevices.putOneTimeKey(device.store, recipient.get("oneTimePreKey"));
            Jid sender = Jid.parse(FILE.get("self").get("lid").textValue());
            byte[] padded = device.sessions.inTransaction(
                    List.of(sender),
                    signal -> signal.decrypt(
                            sender,
                            new Ciphertext(
                                    Ciphertext.Type.PKMSG,
                                    resent.requireChild("enc").requireBytes())));
            return Message.parseFrom(MessagePadding.strip(padded));
        }
    }

    /** The server: device lists of everybody in the vectors, and their bundles. */
    private Node answer(Node iq) {
        Node.Builder result = Node.builder("iq").attr("type", "result");
        if (isKeyQuery(iq)) {
            Jid asked = iq.requireChild("key").requireChild("user").requireJid("jid");
            Node user = VectorDevices.bundle(recipient(asked.toString()), asked, 4021);
            return result.child(Node.builder("list").child(user).build()).build();
        }
        List<Node> users = new ArrayList<>();
        for (Node user : iq.requireChild("usync").requireChild("list").children("user")) {
            users.add(user.toBuilder().child(devices(user.requireJid("jid"))).build());
        }
        return result.child(Node.builder("usync")
                        .child(Node.builder("list").children(users).build())
                        .build())
                .build();
    }

    private static Node devices(Jid person) {
        List<Node> listed = new ArrayList<>();
        for (JsonNode recipient : FILE.get("recipients")) {
            Jid jid = Jid.parse(recipient.get("jid").textValue());
            if (jid.sameUser(person)) {
                listed.add(Node.builder("device")
                        .attr("id", jid.device())
                        .attr("key-index", jid.device())
                        .build());
            }
        }
        return Node.builder("devices")
                .child(Node.builder("device-list").children(listed).build())
                .build();
    }

    private static boolean isKeyQuery(Node iq) {
        return iq.child("key") != null;
    }

    private static Map<String, String> withoutError(Node receipt) {
        Map<String, String> attributes = new TreeMap<>(attributes(receipt.requireChild("retry")));
        attributes.remove("error");
        return attributes;
    }

    private static Message decrypted(JsonNode vector) throws Exception {
        String hex = vector.get("outgoing").findValue("messageProto").textValue();
        return Message.parseFrom(HexFormat.of().parseHex(hex));
    }

    private static Node incoming(JsonNode vector) {
        return VectorNodes.node(vector.get("incoming"));
    }

    private static Node outgoing(JsonNode vector, String tag) {
        return StreamSupport.stream(vector.get("outgoing").spliterator(), false)
                .map(sent -> VectorNodes.node(sent.get("node")))
                .filter(node -> node.tag().equals(tag))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode vector(String name) {
        return StreamSupport.stream(FILE.get("vectors").spliterator(), false)
                .filter(vector -> vector.get("name").textValue().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode recipient(String jid) {
        return StreamSupport.stream(FILE.get("recipients").spliterator(), false)
                .filter(recipient -> recipient.get("jid").textValue().equals(jid))
                .findFirst()
                .orElseThrow();
    }

    private static byte[] deviceIdentity() {
        return outgoing(vector("cannot decrypt, second attempt: count 2, keys attached"), "receipt")
                .requireChild("keys")
                .requireChild("device-identity")
                .requireBytes();
    }
}
