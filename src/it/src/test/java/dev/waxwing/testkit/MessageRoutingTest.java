package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.JournalEntry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages to one person and the receipts for them: who gets what, and by which addresses. */
final class MessageRoutingTest {

    private LoopbackServer server;
    private RawDevice alice;
    private RawDevice tablet;
    private RawDevice bob;

    @BeforeEach
    void link() throws Exception {
        server = LoopbackServer.start();
        alice = RawDevice.online(server, "Alice");
        tablet = RawDevice.online(server, "Alice");
        bob = RawDevice.online(server, "Bob");
    }

    @AfterEach
    void stop() {
        alice.close();
        tablet.close();
        bob.close();
        server.close();
    }

    @Test
    void givenMessage_whenSent_thenItIsAckedBeforeAnybodyGetsIt() throws Exception {
        Node ack = alice.send(RawDevice.message("M1", bob.phone(), bob.jid()));
        bob.client().next("message");

        assertThat(ack.attr("class")).isEqualTo("message");
        assertThat(ack.jid("from")).isEqualTo(bob.phone());
        assertThat(ack.longAttr("t", 0)).isPositive();
        assertThat(ack.hasAttr("error")).isFalse();
        List<String> order = server
                .journal()
                .entries(entry -> "M1".equals(entry.stanza().attr("id")) && entry.direction() == Direction.OUT)
                .stream()
                .map(entry -> entry.stanza().tag())
                .toList();
        assertThat(order).startsWith("ack", "message");
    }

    @Test
    void givenMessageByNumber_whenDelivered_thenTheSenderIsNamedByNumberWithItsLid() throws Exception {
        alice.send(RawDevice.message("M1", bob.phone(), bob.jid()));

        Node message = bob.client().next("message");
        assertThat(message.jid("from")).isEqualTo(alice.jid());
        assertThat(message.jid("sender_lid")).isEqualTo(alice.lid());
        assertThat(message.hasAttr("sender_pn")).isFalse();
        assertThat(message.hasAttr("recipient")).isFalse();
        assertThat(message.attr("notify")).isEqualTo("Alice");
        assertThat(message.child("participants")).isNull();
        assertThat(message.requireChild("enc").text()).isEqualTo("for " + bob.jid());
    }

    @Test
    void givenMessageByLid_whenDelivered_thenTheSenderIsNamedByLidWithItsNumber() throws Exception {
        alice.send(RawDevice.message("M1", bob.lid(), bob.lidJid()));

        Node message = bob.client().next("message");
        assertThat(message.jid("from")).isEqualTo(alice.lidJid());
        assertThat(message.jid("sender_pn")).isEqualTo(alice.phone());
        assertThat(message.hasAttr("sender_lid")).isFalse();
    }

    @Test
    void givenOwnOtherDevice_whenItGetsItsCopy_thenTheOtherPartyIsNamedByBothAddressesAndNoOwnOne() throws Exception {
        alice.send(RawDevice.message("M1", bob.phone(), tablet.jid(), bob.jid()));
        Node byNumber = tablet.client().next("message");
        alice.send(RawDevice.message("M2", bob.lid(), tablet.lidJid(), bob.lidJid()));
        Node byLid = tablet.client().next("message");

        assertThat(byNumber.jid("from")).isEqualTo(alice.jid());
        assertThat(byNumber.jid("recipient")).isEqualTo(bob.phone());
        assertThat(byNumber.jid("peer_recipient_lid")).isEqualTo(bob.lid());
        assertThat(byLid.jid("from")).isEqualTo(alice.lidJid());
        assertThat(byLid.jid("recipient")).isEqualTo(bob.lid());
        assertThat(byLid.jid("peer_recipient_pn")).isEqualTo(bob.phone());
        assertThat(List.of(byNumber, byLid)).noneMatch(node -> node.hasAttr("sender_lid") || node.hasAttr("sender_pn"));
    }

    @Test
    void givenOwnPhoneAmongTheDevices_whenSent_thenItAnswersWithASenderReceipt() throws Exception {
        alice.send(RawDevice.message("M1", bob.phone(), alice.phone(), bob.phone(), bob.jid()));

        Node receipt = alice.client().next("receipt");
        assertThat(receipt.attr("type")).isEqualTo("sender");
        assertThat(receipt.attr("id")).isEqualTo("M1");
        assertThat(receipt.jid("from")).isEqualTo(alice.phone());
        assertThat(receipt.jid("recipient")).isEqualTo(bob.phone());
    }

    @Test
    void givenOnlyTheOthersPhone_whenSent_thenNoReceiptComes() throws Exception {
        alice.send(RawDevice.message("M1", bob.phone(), bob.phone()));
        alice.client().ask(RawClient.iq("get", "w:p"));

        assertThat(sentTo(alice, "receipt")).isEmpty();
    }

    @Test
    void givenSessionStart_whenDelivered_thenTheSendersIdentityGoesWithThatCiphertextAlone() throws Exception {
        Node to = Node.builder("to")
                .attr("jid", bob.jid())
                .child(RawDevice.enc("pkmsg", "first"))
                .build();
        Node other = Node.builder("to")
                .attr("jid", tablet.jid())
                .child(RawDevice.enc("msg", "later"))
                .build();
        alice.send(Node.builder("message")
                .attr("to", bob.phone())
                .attr("id", "M1")
                .attr("type", "text")
                .child(Node.builder("participants").child(to).child(other).build())
                .child(RawDevice.bytes("device-identity", new byte[] {1, 2, 3}))
                .child(RawDevice.bytes("tctoken", new byte[] {4}))
                .child(Node.builder("meta").attr("polltype", "vote").build())
                .build());

        Node first = bob.client().next("message");
        assertThat(first.requireChild("device-identity").requireBytes()).containsExactly(1, 2, 3);
        assertThat(first.child("tctoken")).isNull();
        assertThat(first.child("meta")).isNotNull();
        assertThat(tablet.client().next("message").child("device-identity")).isNull();
    }

    @Test
    void givenSameIdTwice_whenSent_thenBothAreAckedAndOneIsDelivered() throws Exception {
        alice.send(RawDevice.message("M1", bob.phone(), bob.jid()));
        alice.send(RawDevice.message("M1", bob.phone(), bob.jid()));
        alice.send(RawDevice.message("M2", bob.phone(), bob.jid()));

        assertThat(bob.client().next("message").attr("id")).isEqualTo("M1");
        assertThat(bob.client().next("message").attr("id")).isEqualTo("M2");
    }

    @Test
    void givenAnswerToARetry_whenItHasTheSameId_thenItReachesExactlyThatDevice() throws Exception {
        alice.send(RawDevice.message("M1", bob.phone(), bob.jid()));
        bob.client().next("message");
        alice.send(Node.builder("message")
                .attr("to", bob.jid())
                .attr("id", "M1")
                .attr("type", "text")
                .attr("device_fanout", "false")
                .child(RawDevice.enc("msg", "again").toBuilder()
                        .attr("count", 1)
                        .build())
                .build());

        Node again = bob.client().next("message");
        assertThat(again.requireChild("enc").attr("count")).isEqualTo("1");
        assertThat(again.jid("from")).isEqualTo(alice.jid());
    }

    @Test
    void givenStrictServer_whenMessagesAreWrong_thenTheyAreRefusedAndGoNowhere() throws Exception {
        server.connections().strict(alice.jid(), true);

        Node empty = Node.builder("message")
                .attr("to", bob.phone())
                .attr("id", "M1")
                .attr("type", "text")
                .build();
        Node both = RawDevice.message("M2", bob.phone(), bob.jid()).toBuilder()
                .child(RawDevice.enc("msg", "direct"))
                .build();
        assertThat(alice.send(empty).attr("error")).isEqualTo("479");
        assertThat(alice.send(both).attr("error")).isEqualTo("479");
        assertThat(alice.send(RawDevice.message("M3", Jid.phone("19995550000"))).attr("error"))
                .isNotNull();
        alice.send(RawDevice.message("M4", bob.phone(), bob.jid()));
        assertThat(bob.client().next("message").attr("id")).isEqualTo("M4");
    }

    @Test
    void givenStaleHash_whenStrict_thenTheAckTellsTheServersView() throws Exception {
        server.connections().strict(alice.jid(), true);

        Node stale = alice.send(RawDevice.message("M1", bob.phone(), bob.jid()).toBuilder()
                .attr("phash", "2:AAAAAAAA")
                .build());
        String actual = stale.requireAttr("phash");
        Node fresh = alice.send(RawDevice.message("M2", bob.phone(), bob.jid()).toBuilder()
                .attr("phash", actual)
                .build());

        assertThat(actual).startsWith("2:").hasSize(10);
        assertThat(fresh.hasAttr("phash")).isFalse();
    }

    @Test
    void givenDeliveryAndRead_whenReceipted_thenAllSendersDevicesHearOfTheReceiverAsAWhole() throws Exception {
        alice.send(RawDevice.message("M1", bob.phone(), bob.jid()));
        Node message = bob.client().next("message");
        bob.receipt(message, "inactive");
        bob.receipt(message, "read");

        for (RawDevice device : List.of(alice, tablet)) {
            Node delivered = device.client().next("receipt");
            assertThat(delivered.hasAttr("type")).isFalse();
            assertThat(delivered.jid("from")).isEqualTo(bob.phone());
            assertThat(device.client().next("receipt").attr("type")).isEqualTo("read");
        }
        assertThat(bob.client().next("ack").attr("class")).isEqualTo("receipt");
    }

    @Test
    void givenReaderWhoHidesReading_whenItReads_thenTheSenderHearsNothing() throws Exception {
        bob.client()
                .ask(RawClient.iq("set", "privacy")
                        .child(Node.builder("privacy")
                                .child(Node.builder("category")
                                        .attr("name", "readreceipts")
                                        .attr("value", "none")
                                        .build())
                                .build()));
        alice.send(RawDevice.message("M1", bob.lid(), bob.lidJid()));
        Node message = bob.client().next("message");
        bob.receipt(message, "read");
        bob.receipt(message, "");

        Node receipt = alice.client().next("receipt");
        assertThat(receipt.hasAttr("type")).isFalse();
        assertThat(receipt.jid("from")).isEqualTo(bob.lid());
    }

    @Test
    void givenRetryRequest_whenSent_thenExactlyThatDeviceGetsItWithTheRequestersDevice() throws Exception {
        alice.send(RawDevice.message("M1", bob.phone(), bob.jid()));
        Node message = bob.client().next("message");
        Node retry = Node.builder("retry").attr("count", 1).attr("id", "M1").build();
        bob.client()
                .send(Node.builder("receipt")
                        .attr("to", message.requireJid("from"))
                        .attr("id", "M1")
                        .attr("type", "retry")
                        .child(retry)
                        .child(RawDevice.bytes("registration", new byte[] {0, 0, 0, 9}))
                        .build());

        Node asked = alice.client().next("receipt");
        assertThat(asked.attr("type")).isEqualTo("retry");
        assertThat(asked.jid("from")).isEqualTo(bob.jid());
        assertThat(asked.children()).hasSize(2).contains(retry);
        assertThat(sentTo(tablet, "receipt")).isEmpty();
    }

    @Test
    void givenCopyFromOwnDevice_whenReceiptedAsSender_thenTheOtherOwnDevicesHear() throws Exception {
        alice.send(RawDevice.message("M1", bob.phone(), tablet.jid(), bob.jid()));
        Node copy = tablet.client().next("message");
        tablet.receipt(copy, "sender");

        Node receipt = alice.client().next("receipt");
        assertThat(receipt.attr("type")).isEqualTo("sender");
        assertThat(receipt.jid("from")).isEqualTo(tablet.jid());
        assertThat(receipt.jid("recipient")).isEqualTo(bob.phone());
    }

    @Test
    void givenLatency_whenMessagesFollowOneAnother_thenTheirOrderIsKeptAndTheOwnPhoneAnswersFirst() throws Exception {
        try (LoopbackServer far =
                        LoopbackServer.builder().latency(Duration.ofMillis(50)).start();
                RawDevice sender = RawDevice.online(far, "Alice");
                RawDevice receiver = RawDevice.online(far, "Bob")) {
            for (String id : List.of("M1", "M2", "M3")) {
                sender.send(RawDevice.message(id, receiver.phone(), sender.phone(), receiver.jid()));
            }

            assertThat(receiver.client().next("message").attr("id")).isEqualTo("M1");
            assertThat(receiver.client().next("message").attr("id")).isEqualTo("M2");
            assertThat(receiver.client().next("message").attr("id")).isEqualTo("M3");
            List<String> first = far
                    .journal()
                    .entries(entry -> "M1".equals(entry.stanza().attr("id")) && entry.direction() == Direction.OUT)
                    .stream()
                    .map(entry -> entry.stanza().tag())
                    .toList();
            assertThat(first).containsExactly("ack", "receipt", "message");
        }
    }

    @Test
    void givenBlockedSender_whenItSends_thenItIsAckedAndNothingArrives() throws Exception {
        bob.client()
                .ask(RawClient.iq("set", "blocklist")
                        .child(Node.builder("item")
                                .attr("action", "block")
                                .attr("jid", alice.lid())
                                .build()));

        assertThat(alice.send(RawDevice.message("M1", bob.phone(), bob.jid())).hasAttr("error"))
                .isFalse();
        bob.client().ask(RawClient.iq("get", "w:p"));
        assertThat(sentTo(bob, "message")).isEmpty();
    }

    private List<JournalEntry> sentTo(RawDevice device, String tag) {
        return server.journal()
                .entries(entry -> entry.is(Direction.OUT, tag)
                        && entry.device().filter(device.jid()::equals).isPresent());
    }
}
