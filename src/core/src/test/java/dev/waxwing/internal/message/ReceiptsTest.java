package dev.waxwing.internal.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessageReceiptUpdate;
import dev.waxwing.event.MessagesUpdate;
import dev.waxwing.event.MessagesUpdate.StatusChange;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageStatus;
import dev.waxwing.model.ReceiptType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Receipts as they are written and read. */
final class ReceiptsTest {

    private static final Jid BOB = Jid.parse("15557654321@s.whatsapp.net");
    private static final Jid GROUP = Jid.parse("120363000000000001@g.us");
    private static final Jid CAROL = Jid.parse("15557654322@s.whatsapp.net");

    private static final Jid DAVE = Jid.parse("15557654323@s.whatsapp.net");
    private static final Jid OWN_PHONE = Jid.parse("15551234567@s.whatsapp.net");
    private static final Jid OWN_LID = Jid.parse("100000000000009@lid");

    private final PlayedAccount account = new PlayedAccount(
            own -> own.toBuilder()
                    .me(Jid.parse("15551234567:23@s.whatsapp.net"))
                    .lid(Jid.parse("100000000000009:23@lid"))
                    .build(),
            true,
            PlayedAccount.policy());

    @AfterEach
    void close() {
        account.close();
    }

    @Test
    void givenMessagesOfTwoAuthors_whenPlayed_thenOneReceiptForEach() {
        account.messaging.opened();

        CompletableFuture<Void> sent = account.messaging.receipts(
                List.of(inGroup(BOB, "A"), inGroup(CAROL, "B"), inGroup(BOB, "C")), ReceiptType.PLAYED);

        assertThat(sent).isCompleted();
        List<Node> receipts = account.takeSent();
        assertThat(receipts).hasSize(2).allMatch(receipt -> "played".equals(receipt.attr("type")));
        assertThat(receipts.get(0).jid("participant")).isEqualTo(BOB);
        assertThat(ids(receipts.get(0))).containsExactly("A", "C");
        assertThat(receipts.get(1).jid("participant")).isEqualTo(CAROL);
        assertThat(ids(receipts.get(1))).containsExactly("B");
    }

    @Test
    void givenManyMessages_whenRead_thenNoReceiptListsMoreThan256() {
        account.messaging.opened();
        List<MessageKey> keys = IntStream.range(0, 600)
                .mapToObj(i -> MessageKey.of(BOB, false, "M" + i))
                .toList();

        account.messaging.receipts(keys, ReceiptType.READ);

        List<Node> receipts = account.takeSent();
        assertThat(receipts).extracting(receipt -> ids(receipt).size()).containsExactly(256, 256, 88);
        Set<String> told = new HashSet<>();
        receipts.forEach(receipt -> told.addAll(ids(receipt)));
        assertThat(told).hasSize(600);
    }

    @Test
    void givenNoConnection_whenRead_thenTheReceiptGoesOutWhenThereIsOne() {
        CompletableFuture<Void> sent =
                account.messaging.receipts(List.of(MessageKey.of(BOB, false, "A")), ReceiptType.READ);
        assertThat(sent).isNotDone();
        assertThat(account.takeSent()).isEmpty();

        account.messaging.opened();

        assertThat(sent).isCompleted();
        assertThat(account.takeSent()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = ReceiptType.class,
            names = {"READ", "READ_SELF", "PLAYED", "PLAYED_SELF"},
            mode = EnumSource.Mode.EXCLUDE)
    void givenTypeThatIsNotTheApplications_whenSent_thenTheCallItselfRefuses(ReceiptType type) {
        assertThatThrownBy(() -> account.messaging.receipts(List.of(MessageKey.of(BOB, false, "A")), type))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(type.name());
    }

    @Test
    void givenAggregatedReceipt_whenReceived_thenEachReaderIsToldWithItsTimeAndTheStatusOnce() throws Exception {
        List<MessageReceiptUpdate> told = account.listen(Events.MESSAGE_RECEIPT_UPDATE);
        List<MessagesUpdate> updates = account.listen(Events.MESSAGES_UPDATE);
        Node receipt = Node.builder("receipt")
                .attr("from", GROUP)
                .attr("id", "A")
                .attr("type", "read")
                .attr("t", 1_760_000_000)
                .child(Node.builder("participants")
                        .attr("key", "A")
                        .child(user(BOB, 1_760_000_001))
                        .child(user(CAROL, 1_760_000_002))
                        .build())
                .build();

        assertThat(account.receive(receipt)).isEqualTo(Acknowledgement.ACK);

        assertThat(told)
                .extracting(MessageReceiptUpdate::user, MessageReceiptUpdate::timestamp)
                .containsExactly(
                        tuple(BOB, Instant.ofEpochSecond(1_760_000_001)),
                        tuple(CAROL, Instant.ofEpochSecond(1_760_000_002)));
        assertThat(told).allMatch(update -> update.key().equals(MessageKey.of(GROUP, true, "A")));
        assertThat(updates.stream().flatMap(update -> update.statuses().stream()))
                .containsExactly(new StatusChange(MessageKey.of(GROUP, true, "A"), MessageStatus.READ));
    }

    @Test
    void givenReceiptOfAnEmptyId_whenReceived_thenItIsRefusedAsMalformed() {
        Node plain = Node.builder("receipt").attr("from", BOB).attr("id", "").build();
        Node aggregated = Node.builder("receipt")
                .attr("from", GROUP)
                .attr("id", "A")
                .attr("type", "read")
                .child(Node.builder("participants")
                        .attr("key", "")
                        .child(user(BOB, 1_760_000_001))
                        .build())
                .build();

        for (Node receipt : List.of(plain, aggregated)) {
            assertThatThrownBy(() -> account.receive(receipt)).hasCauseInstanceOf(ProtocolViolationException.class);
        }
    }

    @Test
    void givenReceiptsThatOvertakeEachOther_whenReceived_thenNoStatusGoesBackOrIsToldTwice() throws Exception {
        List<MessageReceiptUpdate> told = account.listen(Events.MESSAGE_RECEIPT_UPDATE);
        List<MessagesUpdate> updates = account.listen(Events.MESSAGES_UPDATE);

        for (String type : List.of("inactive", "inactive", "read", "inactive", "read", "played", "read")) {
            account.receive(Node.builder("receipt")
                    .attr("from", BOB)
                    .attr("id", "A")
                    .attr("type", type)
                    .build());
            account.lids.learn(BOB, Jid.lid("200000000000001"));
        }

        assertThat(told).hasSize(7);
        assertThat(updates.stream().flatMap(update -> update.statuses().stream()))
                .extracting(StatusChange::status)
                .containsExactly(MessageStatus.DELIVERED, MessageStatus.READ, MessageStatus.PLAYED);
    }

    @Test
    void givenMessagesOfOneIdInTwoChats_whenRead_thenBothAreTold() throws Exception {
        List<MessagesUpdate> updates = account.listen(Events.MESSAGES_UPDATE);

        for (Jid chat : List.of(BOB, CAROL)) {
            account.receive(Node.builder("receipt")
                    .attr("from", chat)
                    .attr("id", "A")
                    .attr("type", "read")
                    .build());
        }

        assertThat(updates.stream().flatMap(update -> update.statuses().stream()))
                .extracting(change -> change.key().remoteJid())
                .containsExactly(BOB, CAROL);
    }

    @Test
    void givenServerErrorReceipt_whenReceived_thenItIsToldAndTheMessageKeepsItsStatus() throws Exception {
        List<MessageReceiptUpdate> told = account.listen(Events.MESSAGE_RECEIPT_UPDATE);
        List<MessagesUpdate> updates = account.listen(Events.MESSAGES_UPDATE);

        account.receive(Node.builder("receipt")
                .attr("from", BOB)
                .attr("id", "A")
                .attr("type", "server-error")
                .build());

        assertThat(told).extracting(MessageReceiptUpdate::type).containsExactly(ReceiptType.SERVER_ERROR);
        assertThat(updates).isEmpty();
    }

    @Test
    void givenAnOwnDeviceThatReadAMessageOfAGroup_whenItsReceiptComes_thenTheKeyNamesTheAuthor() throws Exception {
        List<MessageReceiptUpdate> told = account.listen(Events.MESSAGE_RECEIPT_UPDATE);

        for (String type : List.of("read-self", "read")) {
            account.receive(receipt(GROUP, "A", type)
                    .attr("participant", OWN_PHONE)
                    .attr("recipient", BOB)
                    .build());
        }

        assertThat(told).extracting(MessageReceiptUpdate::key).containsExactly(inGroup(BOB, "A"), inGroup(BOB, "A"));
        assertThat(told).extracting(MessageReceiptUpdate::type).containsOnly(ReceiptType.READ_SELF);
    }

    @Nested
    class B04 {

        @Test
        void givenAnOwnDeviceThatHasAMessage_whenItsReceiptComes_thenTheMessageIsNotDelivered() throws Exception {
            List<MessageReceiptUpdate> told = account.listen(Events.MESSAGE_RECEIPT_UPDATE);
            List<MessagesUpdate> updates = account.listen(Events.MESSAGES_UPDATE);

            for (String type : Arrays.asList(null, "inactive", "sender")) {
                account.receive(
                        receipt(OWN_LID, "A", type).attr("recipient", BOB).build());
                account.receive(
                        receipt(GROUP, "B", type).attr("participant", OWN_LID).build());
            }

            assertThat(updates).isEmpty();
            assertThat(told).hasSize(6).allMatch(update -> update.key().fromMe());
            assertThat(told.get(0).key().remoteJid()).isEqualTo(BOB);
            assertThat(told).allMatch(update -> update.user().equals(OWN_LID));
        }

        @ParameterizedTest
        @CsvSource({"read,READ_SELF,READ", "read-self,READ_SELF,READ", "played,PLAYED_SELF,PLAYED"})
        void givenAnOwnDeviceThatReadOfAnother_whenItsReceiptComes_thenItIsReadByThisAccount(
                String wire, ReceiptType type, MessageStatus status) throws Exception {
            List<MessageReceiptUpdate> told = account.listen(Events.MESSAGE_RECEIPT_UPDATE);
            List<MessagesUpdate> updates = account.listen(Events.MESSAGES_UPDATE);

            account.receive(receipt(OWN_LID, "A", wire).attr("recipient", BOB).build());

            assertThat(told).extracting(MessageReceiptUpdate::type).containsExactly(type);
            assertThat(updates.stream().flatMap(update -> update.statuses().stream()))
                    .containsExactly(new StatusChange(MessageKey.of(BOB, false, "A"), status));
        }

        @Test
        void givenANoteToOneself_whenTheOwnPhoneHasIt_thenItIsDelivered() throws Exception {
            List<MessagesUpdate> updates = account.listen(Events.MESSAGES_UPDATE);

            account.receive(receipt(OWN_LID, "A", null).build());

            assertThat(updates.stream().flatMap(update -> update.statuses().stream()))
                    .extracting(StatusChange::status)
                    .containsExactly(MessageStatus.DELIVERED);
        }
    }

    @Test
    void B05_givenAReceiptOfAStatus_whenReceived_thenEachViewerHasItsTypeAndTheIdIsTheStatus() throws Exception {
        List<MessageReceiptUpdate> told = account.listen(Events.MESSAGE_RECEIPT_UPDATE);
        Jid status = Jid.parse("status@broadcast");

        account.receive(receipt(status, "OF-THE-RECEIPT", null)
                .attr("class", "status")
                .child(Node.builder("participants")
                        .attr("message_id", "X")
                        .child(user(BOB, 1_760_000_001).toBuilder()
                                .attr("type", "delivery")
                                .build())
                        .child(user(CAROL, 1_760_000_002).toBuilder()
                                .attr("type", "read")
                                .build())
                        .child(user(DAVE, 1_760_000_002).toBuilder()
                                .attr("type", "unheard-of")
                                .build())
                        .build())
                .build());

        assertThat(told).allMatch(update -> update.key().equals(MessageKey.of(status, true, "X")));
        assertThat(told)
                .extracting(MessageReceiptUpdate::user, MessageReceiptUpdate::type)
                .containsExactly(tuple(BOB, ReceiptType.DELIVERY), tuple(CAROL, ReceiptType.READ));
    }

    @Nested
    class M5 {

        @ParameterizedTest
        @ValueSource(strings = {"", "inactive", "read", "played", "read-self", "server-error"})
        void givenAStranger_whenItsReceiptNamesAnotherChat_thenNothingIsTold(String type) {
            refused(receipt(CAROL, "A", type.isEmpty() ? null : type)
                    .attr("recipient", BOB)
                    .build());
            refused(receipt(GROUP, "A", type.isEmpty() ? null : type)
                    .attr("participant", CAROL)
                    .attr("recipient", BOB)
                    .build());
        }

        @ParameterizedTest
        @ValueSource(strings = {"read-self", "played-self", "sender", "peer_msg", "hist_sync"})
        void givenAStranger_whenItSaysWhatOnlyOwnDevicesMay_thenNothingIsTold(String type) {
            refused(receipt(CAROL, "A", type).build());
            refused(receipt(GROUP, "A", type).attr("participant", CAROL).build());
        }
    }

    @Nested
    class L1 {

        @ParameterizedTest
        @ValueSource(strings = {"9223372036854775807", "-1", "253402300800", "soon"})
        void givenATimeOutOfRange_whenReceived_thenTheReceiptIsRefusedByType(String t) {
            refused(receipt(BOB, "A", null).attr("t", t).build());
            refused(receipt(GROUP, "A", "read")
                    .child(Node.builder("participants")
                            .attr("key", "A")
                            .child(Node.builder("user")
                                    .attr("jid", BOB)
                                    .attr("t", t)
                                    .build())
                            .build())
                    .build());
        }

        @Test
        void givenAnAddressOfAnUnassignedDomain_whenReceived_thenTheReceiptIsRefusedByType() {
            Jid nobody = new Jid("15557654321", JidServer.ofDomainType(5), 2);
            refused(receipt(nobody, "A", null).build());
            refused(receipt(GROUP, "A", null).attr("participant", nobody).build());
            refused(receipt(OWN_LID, "A", null).attr("recipient", nobody).build());
            refused(receipt(GROUP, "A", "read")
                    .child(Node.builder("participants").child(user(nobody, 1)).build())
                    .build());
        }

        @Test
        void givenAnIdWithoutEnd_whenReceived_thenTheReceiptIsRefusedByType() {
            refused(receipt(BOB, "A".repeat(257), null).build());
            refused(receipt(BOB, "A", null)
                    .child(Node.builder("list")
                            .child(Node.builder("item")
                                    .attr("id", "A".repeat(257))
                                    .build())
                            .build())
                    .build());
        }
    }

    private void refused(Node receipt) {
        List<MessageReceiptUpdate> told = account.listen(Events.MESSAGE_RECEIPT_UPDATE);
        List<MessagesUpdate> updates = account.listen(Events.MESSAGES_UPDATE);

        assertThatThrownBy(() -> account.receive(receipt)).hasCauseInstanceOf(ProtocolViolationException.class);

        assertThat(told).isEmpty();
        assertThat(updates).isEmpty();
    }

    private static Node.Builder receipt(Jid from, String id, String type) {
        return Node.builder("receipt").attr("from", from).attr("id", id).attrIfPresent("type", type);
    }

    private static MessageKey inGroup(Jid author, String id) {
        return MessageKey.builder(GROUP, false, id).participant(author).build();
    }

    private static Node user(Jid jid, long seconds) {
        return Node.builder("user").attr("jid", jid).attr("t", seconds).build();
    }

    private static List<String> ids(Node receipt) {
        List<String> ids = new ArrayList<>();
        ids.add(receipt.requireAttr("id"));
        Node list = receipt.child("list");
        if (list != null) {
            list.children("item").forEach(item -> ids.add(item.requireAttr("id")));
        }
        return ids;
    }
}
