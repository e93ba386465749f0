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
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageStatus;
import dev.waxwing.model.ReceiptType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Receipts as they are written and read. */
final class ReceiptsTest {

    private static final Jid BOB = Jid.parse("15557654321@s.whatsapp.net");
    private static final Jid GROUP = Jid.parse("120363000000000001@g.us");
    private static final Jid CAROL = Jid.parse("15557654322@s.whatsapp.net");

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
        assertThat(updates.stream().flatMap(update -> update.updates().stream()))
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
        assertThat(updates.stream().flatMap(update -> update.updates().stream()))
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

        assertThat(updates.stream().flatMap(update -> update.updates().stream()))
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

        account.receive(Node.builder("receipt")
                .attr("from", GROUP)
                .attr("id", "A")
                .attr("type", "read-self")
                .attr("participant", BOB)
                .build());

        assertThat(told).extracting(MessageReceiptUpdate::key).containsExactly(inGroup(BOB, "A"));
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
