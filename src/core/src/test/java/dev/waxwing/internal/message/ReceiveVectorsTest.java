package dev.waxwing.internal.message;

import static dev.waxwing.internal.message.VectorNodes.attributes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessageReceiptUpdate;
import dev.waxwing.event.MessageUndecryptable;
import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.stream.routing.Acks;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.vectors.Vectors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What one popular client was given and made of it ({@code messaging-receive.json}). The same stanzas come here, with
 * the same keys. Where the two differ on purpose the test says so; areas that are not messages are left out.
 */
class ReceiveVectorsTest {

    private static final JsonNode FILE = Vectors.load("messaging-receive.json");

    /** Sees what the recorded client shows too, though they are only for the library: its own devices' errands. */
    private static final Set<String> AMONG_OWN_DEVICES =
            Set.of("peer message: key share", "peer message: history notification (inline)");

    private PlayedAccount account;
    private List<MessagesUpsert> upserts;
    private List<MessageUndecryptable> undecryptable;

    @BeforeEach
    void open() {
        account = account(true);
        upserts = account.listen(Events.MESSAGES_UPSERT);
        undecryptable = account.listen(Events.MESSAGE_UNDECRYPTABLE);
    }

    private static PlayedAccount account(boolean available) {
        PlayedAccount account = new PlayedAccount(
                VectorDevices.self(FILE.get("self"), new byte[] {1}), available, PlayedAccount.policy());
        FILE.get("self").get("oneTimePreKeys").forEach(key -> VectorDevices.putOneTimeKey(account.store, key));
        return account;
    }

    @AfterEach
    void close() {
        account.close();
    }

    @Test
    void givenRecordedMessages_whenReceived_thenKeyTextAndReceiptAgree() throws Exception {
        int compared = 0;
        for (JsonNode vector : vectors("message")) {
            boolean decrypts = vector.get("incoming").toString().contains("\"enc\"")
                    && !vector.path("upserted").isEmpty()
                    && !vector.get("upserted").get(0).has("stub");
            if (!decrypts) {
                continue;
            }
            String name = vector.get("name").textValue();
            upserts.clear();
            account.takeSent();

            if (name.equals("dm text from linked device")) {
                // Recorded without the identity that its phone has signed: it is known from before.
                String key = FILE.get("remoteIdentities").get("A3").textValue();
                account.know(Jid.parse("100000000000001:3@lid"), HexFormat.of().parseHex(key));
            }
            Acknowledgement owed = account.receive(VectorNodes.node(vector.get("incoming")));

            assertThat(owed).as(name).isEqualTo(Acknowledgement.NOTHING);
            assertReceipt(name, vector);
            if (AMONG_OWN_DEVICES.contains(name)) {
                assertThat(upserts).as(name).isEmpty();
            } else {
                assertUpsert(name, vector);
            }
            compared++;
        }
        assertThat(compared).isEqualTo(13);
        assertThat(undecryptable).isEmpty();
    }

    @Test
    void givenAReadReceiptOfAnUnknownLidThatNamesTheNumber_whenTheNextNamesTheNumberAlone_thenBothAreOfOneChat_B24()
            throws Exception {
        List<MessageReceiptUpdate> updates = account.listen(Events.MESSAGE_RECEIPT_UPDATE);
        Jid lid = Jid.parse("100000000000077@lid");
        Jid number = Jid.parse("15550007777@s.whatsapp.net");

        account.receive(
                read("3EB0BB01").attr("from", lid).attr("sender_pn", number).build());
        account.receive(read("3EB0BB02").attr("from", number).build());

        assertThat(updates).hasSize(2).allSatisfy(update -> {
            assertThat(update.key().remoteJid()).isEqualTo(lid);
            assertThat(update.key().remoteJidAlt()).contains(number);
        });
    }

    private static Node.Builder read(String id) {
        return Node.builder("receipt").attr("id", id).attr("type", "read").attr("t", "1759999990");
    }

    /** Every receipt is the same, save that available devices say so. */
    private void assertReceipt(String name, JsonNode vector) {
        List<Map<String, String>> expected = StreamSupport.stream(
                        vector.get("outgoing").spliterator(), false)
                .map(VectorNodes::node)
                .filter(node -> node.tag().equals("receipt"))
                .map(node -> new HashMap<>(attributes(node)))
                .peek(receipt -> receipt.remove("type", "inactive"))
                .collect(Collectors.toList());
        List<Node> sent = account.takeSent();
        assertThat(sent).as(name).extracting(Node::tag).containsOnly("receipt");
        assertThat(sent.stream().map(VectorNodes::attributes).collect(Collectors.toList()))
                .as(name)
                .isEqualTo(expected);
    }

    private void assertUpsert(String name, JsonNode vector) {
        assertThat(upserts).as(name).hasSize(1);
        JsonNode expected = vector.get("upserted").get(0);
        WebMessage message = upserts.get(0).messages().get(0);
        MessageKey key = message.key();
        JsonNode expectedKey = expected.get("key");
        assertThat(key.id()).as(name).isEqualTo(expectedKey.get("id").textValue());
        assertThat(key.fromMe()).as(name).isEqualTo(expectedKey.get("fromMe").booleanValue());
        // Which form stands where is a convention: here chats are known by LID, whatever the stanza used.
        assertThat(forms(Optional.of(key.remoteJid()), key.remoteJidAlt()))
                .as(name)
                .isEqualTo(expectedForms(expectedKey, "remoteJid", name));
        assertThat(forms(key.participant(), key.participantAlt()))
                .as(name)
                .isEqualTo(expectedForms(expectedKey, "participant", name));
        assertThat(upserts.get(0).type().name())
                .as(name)
                .isEqualToIgnoringCase(expected.get("delivery").textValue());
        assertThat(message.timestamp().getEpochSecond())
                .as(name)
                .isEqualTo(expected.get("messageTimestamp").longValue());
        assertThat(message.pushName().orElse(null))
                .as(name)
                .isEqualTo(expected.path("pushName").textValue());
        assertThat(message.message().getConversation())
                .as(name)
                .isEqualTo(expected.get("message").path("conversation").asText(""));
    }

    private static Set<Jid> forms(Optional<Jid> one, Optional<Jid> other) {
        return new LinkedHashSet<>(Stream.concat(one.stream(), other.stream()).toList());
    }

    private static Set<Jid> expectedForms(JsonNode key, String field, String name) {
        List<String> texts = new ArrayList<>(
                List.of(key.path(field).asText(""), key.path(field + "Alt").asText("")));
        if (name.equals("status post from a contact")) {
            // The recorded client files the author's LID as the other form of the status chat.
            texts = field.equals("participant")
                    ? List.of("15550001001@s.whatsapp.net", "100000000000001@lid")
                    : List.of("status@broadcast");
        }
        Set<Jid> forms = new LinkedHashSet<>();
        for (String text : texts) {
            if (!text.isEmpty()) {
                forms.add(Jid.parse(text).withoutDevice());
            }
        }
        return forms;
    }

    @Test
    void givenDeviceThatIsNotAvailable_whenMessageArrives_thenReceiptSaysInactive() throws Exception {
        JsonNode vector = vector("dm text, phone addressed, sender LID supplied");
        try (PlayedAccount away = account(false)) {
            away.listen(Events.MESSAGES_UPSERT);
            away.receive(VectorNodes.node(vector.get("incoming")));

            assertThat(attributes(away.takeSent().get(0)))
                    .isEqualTo(
                            attributes(VectorNodes.node(vector.get("outgoing").get(0))));
        }
    }

    @Test
    void givenSameMessageTwice_whenReceived_thenItIsShownOnceAndTheServerToldTwice() throws Exception {
        Node stanza = VectorNodes.node(
                vector("dm text, phone addressed, sender LID supplied").get("incoming"));

        account.receive(stanza);
        assertThat(account.receive(stanza)).isEqualTo(Acknowledgement.NOTHING);

        assertThat(upserts).hasSize(1);
        assertThat(account.takeSent()).extracting(Node::tag).containsExactly("receipt", "receipt");
        assertThat(undecryptable).isEmpty();
    }

    @Test
    void givenMessageThatWasReceived_whenItComesAgainAndItsKeysAreGone_thenItIsADuplicateAllTheSame() throws Exception {
        Node stanza = VectorNodes.node(
                vector("dm text, phone addressed, sender LID supplied").get("incoming"));
        account.receive(stanza);
        account.store.transact(tx -> {
            tx.scanPrefix(StoreTable.SESSIONS, "", 10).forEach(row -> tx.delete(StoreTable.SESSIONS, row.key()));
            return true;
        });

        assertThat(account.receive(stanza)).isEqualTo(Acknowledgement.NOTHING);

        assertThat(upserts).hasSize(1);
        assertThat(account.takeSent())
                .extracting(receipt -> receipt.attr("type"))
                .containsExactly(null, null);
        assertThat(undecryptable).isEmpty();
    }

    @Test
    void givenGroupMessageCutOffBehindItsSenderKey_whenItComesAgain_thenTheRestIsOpened() throws Exception {
        Node stanza = VectorNodes.node(vector("group, first message: pkmsg with distribution plus skmsg")
                .get("incoming"));
        Node keyOnly = stanza.toBuilder()
                .children(stanza.children("enc").subList(0, 1))
                .build();
        account.receive(keyOnly);
        assertThat(upserts).isEmpty();

        assertThat(account.receive(stanza)).isEqualTo(Acknowledgement.NOTHING);

        assertThat(upserts)
                .singleElement()
                .satisfies(batch -> assertThat(batch.messages().get(0).message().getConversation())
                        .isEqualTo("group hi"));
        assertThat(undecryptable).isEmpty();
    }

    @Test
    void L2_givenThousandsOfCiphertextsInOneStanza_whenReceived_thenRefusedAndNoneIsOpened() {
        Node stanza = VectorNodes.node(
                vector("dm text, phone addressed, sender LID supplied").get("incoming"));
        Node flood = stanza.toBuilder()
                .children(Collections.nCopies(20_000, stanza.requireChild("enc")))
                .build();

        assertThatThrownBy(() -> account.give(flood).join()).hasCauseInstanceOf(ProtocolViolationException.class);

        assertThat(upserts).isEmpty();
        assertThat(account.takeSent()).isEmpty();
    }

    @Test
    void givenUsedKeyUnderAnIdNeverSeen_whenReceived_thenItIsNoDuplicateAndAskedFor() throws Exception {
        Node stanza = VectorNodes.node(
                vector("dm text, phone addressed, sender LID supplied").get("incoming"));
        account.receive(stanza);
        account.takeSent();

        assertThat(account.receive(stanza.toBuilder().attr("id", "3AOTHER").build()))
                .isEqualTo(Acknowledgement.ACK);

        assertThat(VectorNodes.tags(account.takeSent().get(0))).containsExactly("retry", "registration", "keys");
    }

    @Test
    void givenGroupMessageBeforeItsSenderKey_whenReceived_thenItIsAskedForWithKeysAndNotLost() throws Exception {
        JsonNode vector = vector("group, next message: skmsg only");

        assertThat(account.receive(VectorNodes.node(vector.get("incoming")))).isEqualTo(Acknowledgement.ACK);

        Node receipt = account.takeSent().get(0);
        assertThat(attributes(receipt))
                .containsEntry("type", "retry")
                .containsEntry("to", "120363000000000001@g.us")
                .containsEntry("participant", "100000000000001@lid");
        assertThat(VectorNodes.tags(receipt)).containsExactly("retry", "registration", "keys");
        assertThat(undecryptable).extracting(MessageUndecryptable::reason).containsExactly(Reason.NO_SESSION);
    }

    @Test
    void givenMessageThatDoesNotDecrypt_whenTheConnectionIsLost_thenItIsWrittenDownAndNotAcknowledged() {
        account.connected(false);

        CompletableFuture<Acknowledgement> owed = account.give(
                VectorNodes.node(vector("group, next message: skmsg only").get("incoming")));

        assertThat(owed).isCompletedExceptionally();
        List<StoreEntry> rows = account.store.transact(tx -> tx.scanPrefix(StoreTable.MISSING_MESSAGES, "", 10));
        assertThat(rows).hasSize(1);
    }

    @Test
    void givenNewsletterPost_whenReceived_thenItIsOnlyAcknowledged() throws Exception {
        assertThat(account.receive(VectorNodes.node(vector("newsletter post").get("incoming"))))
                .isEqualTo(Acknowledgement.ACK);

        assertThat(account.takeSent()).isEmpty();
    }

    @Test
    void givenBotReply_whenReceived_thenItIsRefusedForWantOfTheSecretAndNotAskedForAgain() throws Exception {
        assertThat(account.receive(VectorNodes.node(vector("bot reply (msmsg)").get("incoming"))))
                .isEqualTo(Acknowledgement.nack(495));

        assertThat(account.takeSent()).isEmpty();
        assertThat(undecryptable).hasSize(1);
    }

    @Test
    void givenBrokenContainer_whenReceived_thenItIsAskedForAgain() throws Exception {
        JsonNode vector = vector("broken pkmsg container");

        assertThat(account.receive(VectorNodes.node(vector.get("incoming")))).isEqualTo(Acknowledgement.ACK);

        Node receipt = account.takeSent().get(0);
        Node expected = VectorNodes.node(vector.get("outgoing").get(0));
        assertThat(attributes(receipt)).isEqualTo(attributes(expected));
        assertThat(VectorNodes.tags(receipt)).isEqualTo(VectorNodes.tags(expected));
        assertThat(receipt.requireChild("retry").intAttr("error", 0)).isEqualTo(Reason.INVALID_MESSAGE.code());
    }

    @Test
    void B18_givenANoticeOfTheHistory_whenReceived_thenThePhoneIsToldOfBothReceipts() throws Exception {
        account.receive(VectorNodes.node(
                vector("peer message: history notification (inline)").get("incoming")));

        assertThat(account.takeSent())
                .extracting(receipt -> receipt.attr("type"))
                .containsExactly("peer_msg", "hist_sync");
    }

    @Test
    void B07_givenAStatusUnderItsOwnTag_whenReceived_thenItIsPublishedAndAcknowledgedAsAStatus() throws Exception {
        Node message = VectorNodes.node(vector("status post from a contact").get("incoming"));

        Acknowledgement owed = account.receive(retagged(message));

        assertThat(owed).isEqualTo(Acknowledgement.ACK);
        assertThat(upserts)
                .singleElement()
                .satisfies(batch ->
                        assertThat(batch.messages().get(0).key().remoteJid()).isEqualTo(Jid.parse("status@broadcast")));
        assertThat(account.takeSent()).extracting(Node::tag).containsExactly("receipt");
        assertThat(Acks.ack(retagged(message), null).attr("class")).isEqualTo("status");
    }

    @Test
    void B07_givenAStatusThatDoesNotDecrypt_whenReceived_thenItIsAskedForAgain() throws Exception {
        Node skmsg = VectorNodes.node(vector("group, next message: skmsg only").get("incoming"));
        Node status = retagged(skmsg).toBuilder()
                .attr("from", Jid.parse("status@broadcast"))
                .build();

        assertThat(account.receive(status)).isEqualTo(Acknowledgement.ACK);

        assertThat(account.takeSent())
                .extracting(receipt -> receipt.attr("type"))
                .containsExactly("retry");
        assertThat(undecryptable).hasSize(1);
    }

    private static Node retagged(Node message) {
        Node.Builder status = Node.builder("status");
        VectorNodes.attributes(message).forEach((name, value) -> {
            Jid address = name.equals("from") || name.startsWith("participant") ? message.jid(name) : null;
            if (address == null) {
                status.attr(name, value);
            } else {
                status.attr(name, address);
            }
        });
        return status.children(message.children()).build();
    }

    @Nested
    class B03 {

        @Test
        void givenAMessageThatIsNotForCompanions_whenReceived_thenItIsToldAndThePhoneIsNotAsked() throws Exception {
            Node bot = Node.builder("bot").attr("type", "prompt").build();
            List<Node> withheld = List.of(
                    unavailable("A1").child(reason("view_once")).build(),
                    unavailable("A2")
                            .child(reason("view_once_unavailable_fanout"))
                            .build(),
                    unavailable("A3").child(reason("bot_unavailable_fanout")).build(),
                    unavailable("A4").child(reason("hosted_unavailable_fanout")).build(),
                    unavailable("A5")
                            .child(Node.builder("unavailable")
                                    .attr("hosted", "true")
                                    .build())
                            .build(),
                    unavailable("A6")
                            .child(Node.builder("unavailable").build())
                            .child(bot)
                            .build());
            for (Node message : withheld) {
                assertThat(account.receive(message)).isEqualTo(Acknowledgement.ACK);
            }

            assertThat(undecryptable).hasSize(withheld.size());
            assertThat(missingRows()).isEmpty();
            assertThat(account.takeSent()).isEmpty();
        }

        @Test
        void givenAMessageWithheldWithoutAReason_whenReceived_thenThePhoneIsToBeAsked() throws Exception {
            account.receive(
                    unavailable("A1").child(Node.builder("unavailable").build()).build());

            assertThat(missingRows()).hasSize(1);
        }

        private Node.Builder unavailable(String id) {
            return Node.builder("message")
                    .attr("id", id)
                    .attr("from", Jid.parse("15550001001@s.whatsapp.net"))
                    .attr("t", PlayedAccount.NOW.getEpochSecond());
        }

        private Node reason(String type) {
            return Node.builder("unavailable").attr("type", type).build();
        }
    }

    @Test
    void B16_givenABotsAnswerInAGroup_whenReceived_thenItIsRefusedForWantOfTheSecretAndNothingElse() throws Exception {
        Node direct = VectorNodes.node(vector("bot reply (msmsg)").get("incoming"));
        for (Jid bot : List.of(direct.requireJid("from"), Jid.parse("13135550002:1@s.whatsapp.net"))) {
            Node inGroup = direct.toBuilder()
                    .attr("from", Jid.parse("120363000000000001@g.us"))
                    .attr("participant", bot)
                    .build();

            assertThat(account.receive(inGroup)).isEqualTo(Acknowledgement.nack(495));
        }

        assertThat(account.takeSent()).isEmpty();
        assertThat(missingRows()).isEmpty();
        assertThat(undecryptable).hasSize(2);
    }

    @Test
    void L1_givenACiphertextForAGroupInADirectChat_whenReceived_thenItIsRefusedByType() {
        Node direct = VectorNodes.node(vector("group, next message: skmsg only").get("incoming")).toBuilder()
                .attr("from", Jid.parse("15550001001@s.whatsapp.net"))
                .build();

        assertThatThrownBy(() -> account.receive(direct)).hasCauseInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void M4_givenAFloodWithoutCiphertexts_whenReceived_thenItTakesNotThePlacesOfOthers() throws Exception {
        for (int i = 0; i < 400; i++) {
            account.receive(empty("15550001001", "A" + i));
        }
        assertThat(missingRows()).hasSize(200);

        account.receive(empty("15550001002", "B"));

        assertThat(missingRows()).hasSize(201);
    }

    private static Node empty(String number, String id) {
        return Node.builder("message")
                .attr("id", id)
                .attr("from", Jid.phone(number))
                .attr("t", PlayedAccount.NOW.getEpochSecond())
                .build();
    }

    private List<StoreEntry> missingRows() {
        return account.store.transact(tx -> tx.scanPrefix(StoreTable.MISSING_MESSAGES, "", 1_000));
    }

    @Test
    void givenRecordedReceipts_whenReceived_thenEachIsAcknowledgedAndToldForEveryMessage() throws Exception {
        List<MessageReceiptUpdate> told = account.listen(Events.MESSAGE_RECEIPT_UPDATE);
        for (JsonNode vector : vectors("receipt")) {
            assertThat(account.receive(VectorNodes.node(vector.get("incoming"))))
                    .as(vector.get("name").textValue())
                    .isEqualTo(Acknowledgement.ACK);
        }
        assertThat(told)
                .extracting(update -> update.key().id() + " " + update.type())
                .containsExactly(
                        "3EB0AA01 DELIVERY", "3EB0AA01 READ", "3EB0AA02 READ", "3EB0AA03 READ", "3EB0AA04 DELIVERY");
    }

    private static List<JsonNode> vectors(String tag) {
        return StreamSupport.stream(FILE.get("vectors").spliterator(), false)
                .filter(vector -> vector.path("incoming").path("tag").asText().equals(tag))
                .toList();
    }

    private static JsonNode vector(String name) {
        return StreamSupport.stream(FILE.get("vectors").spliterator(), false)
                .filter(vector -> vector.get("name").textValue().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
