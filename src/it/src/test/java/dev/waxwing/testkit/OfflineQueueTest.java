package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a device has not confirmed waits for it. */
final class OfflineQueueTest {

    @RegisterExtension
    final RawDevices devices = new RawDevices();

    private final LoopbackServer server = devices.server();
    private RawDevice alice;
    private RawDevice bob;

    @BeforeEach
    void link() throws Exception {
        alice = devices.online("Alice");
        bob = devices.linked("Bob");
    }

    @Test
    void givenNothingWaits_whenDeviceGoesActive_thenTheEndMarkerComesAlone() throws Exception {
        bob.goActive();

        Node marker = bob.client().next("ib");
        assertThat(marker.requireChild("offline").attr("count")).isEqualTo("0");
    }

    @Test
    void givenThreeMessages_whenDeviceGoesActive_thenTheyComeInOrderBetweenPreviewAndMarker() throws Exception {
        send(3);
        server.clock().advance(Duration.ofHours(1));
        bob.goActive();

        Node preview = bob.client().next("ib").requireChild("offline_preview");
        assertThat(preview.attr("count")).isEqualTo("3");
        assertThat(preview.attr("message")).isEqualTo("3");
        for (int i = 1; i <= 3; i++) {
            Node message = bob.client().next("message");
            assertThat(message.attr("id")).isEqualTo("M" + i);
            assertThat(message.attr("offline")).isNotEmpty();
            assertThat(message.longAttr("t", 0)).isLessThan(server.clock().seconds() - 3000);
        }
        assertThat(bob.client().next("ib").requireChild("offline").attr("count"))
                .isEqualTo("3");
        alice.send(RawDevice.message("M4", bob.phone(), bob.jid()));
        assertThat(bob.client().next("message").hasAttr("offline")).isFalse();
    }

    @Test
    void strictOrder_whenMoreComesBehindABacklog_thenItGoesOutOnceTheBacklogIsConfirmed() throws Exception {
        send(2);
        bob.goActive();
        Node first = bob.client().next("message");
        Node second = bob.client().next("message");
        bob.client().next("ib");
        alice.send(RawDevice.message("M3", bob.phone(), bob.jid()));
        bob.receipt(first, "");
        bob.receipt(second, "");

        assertThat(bob.client().next("message").attr("id")).isEqualTo("M3");
        assertThat(server.journal()
                        .entries(entry -> entry.is(Direction.IN, "receipt")
                                || (entry.is(Direction.OUT, "message")
                                        && "M3".equals(entry.stanza().attr("id")))))
                .extracting(entry -> entry.stanza().attr("id"))
                .containsExactly("M1", "M2", "M3");
    }

    @Test
    void strictServer_whenAClientAsksOnceAndConfirmsAll_thenTheRestFollowsUnasked() throws Exception {
        send(3);
        server.connections().strict(bob.jid(), true);
        bob.goActive();
        bob.client().next("ib");
        bob.client().send(batch(2));
        bob.receipt(bob.client().next("message"), "");
        bob.receipt(bob.client().next("message"), "");

        assertThat(bob.client().next("message").attr("id")).isEqualTo("M3");
        assertThat(bob.client().next("ib").child("offline")).isNotNull();
    }

    @Test
    void givenAckAndReceipt_whenDeviceComesBack_thenOnlyTheUnconfirmedComesAgain() throws Exception {
        bob.goActive();
        bob.client().next("ib");
        send(3);
        Node first = bob.client().next("message");
        bob.client()
                .send(Node.builder("ack")
                        .attr("class", "message")
                        .attr("id", "M1")
                        .attr("to", first.requireJid("from"))
                        .build());
        bob.receipt(bob.client().next("message"), "");
        bob.client().ask(RawClient.iq("get", "w:p"));

        bob.disconnect();
        bob.reconnect();
        bob.goActive();

        assertThat(bob.client().next("message").attr("id")).isEqualTo("M3");
        assertThat(bob.client().next("ib").requireChild("offline").attr("count"))
                .isEqualTo("1");
    }

    @Test
    void givenReceiptWithList_whenDeviceComesBack_thenNoneOfThemComesAgain() throws Exception {
        bob.goActive();
        send(3);
        Node first = bob.client().next("message");
        List<Node> items = List.of(
                Node.builder("item").attr("id", "M2").build(),
                Node.builder("item").attr("id", "M3").build());
        bob.client()
                .send(Node.builder("receipt")
                        .attr("id", "M1")
                        .attr("to", first.requireJid("from"))
                        .attr("type", "read")
                        .child(Node.builder("list").children(items).build())
                        .build());
        bob.client().ask(RawClient.iq("get", "w:p"));

        bob.disconnect();
        bob.reconnect();
        bob.goActive();

        assertThat(bob.client().next("ib").requireChild("offline").attr("count"))
                .isEqualTo("0");
    }

    @Test
    void givenReceiptForSenderThatIsAway_whenItComesBack_thenItGetsIt() throws Exception {
        bob.goActive();
        send(1);
        Node message = bob.client().next("message");
        alice.disconnect();
        bob.receipt(message, "");
        bob.client().next("ack");
        alice.reconnect();
        alice.goActive();

        assertThat(alice.client().next("receipt").attr("id")).isEqualTo("M1");
    }

    @Test
    void givenLongBacklog_whenSomethingElseIsDueMeanwhile_thenItsTurnComesBeforeTheEnd() throws Exception {
        send(300);
        server.faults().add(StanzaMatch.out("message").first(1), new FaultAction.Delay(Duration.ofNanos(1)));
        bob.goActive();

        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            ids.add(bob.client().next("message").requireAttr("id"));
        }
        assertThat(ids).startsWith("M2", "M3").contains("M1").doesNotHaveDuplicates();
        assertThat(ids.indexOf("M1")).isLessThan(299);
        assertThat(bob.client().next("ib").child("offline")).isNotNull();
    }

    @Test
    void givenStrictServer_whenClientAsksForBatches_thenItGetsAsManyAndTheMarkerAtTheEnd() throws Exception {
        send(5);
        server.connections().strict(bob.jid(), true);
        bob.goActive();
        bob.client().next("ib");
        bob.client().send(batch(2));
        bob.client().ask(RawClient.iq("get", "w:p"));
        List<Node> first = alreadyHere();
        bob.client().send(batch(10));

        assertThat(first).isEmpty();
        assertThat(bob.client().next("message").attr("id")).isEqualTo("M3");
        assertThat(bob.client().next("message").attr("id")).isEqualTo("M4");
        assertThat(bob.client().next("message").attr("id")).isEqualTo("M5");
        assertThat(bob.client().next("ib").requireChild("offline").attr("count"))
                .isEqualTo("5");
    }

    @Test
    void givenStrictServer_whenClientNeverAsks_thenItGetsEverythingAfterAMoment() throws Exception {
        send(2);
        server.connections().strict(bob.jid(), true);
        bob.goActive();
        bob.client().next("ib");

        assertThat(bob.client().next("message").attr("id")).isEqualTo("M1");
        assertThat(bob.client().next("message").attr("id")).isEqualTo("M2");
        assertThat(bob.client().next("ib").child("offline")).isNotNull();
    }

    private List<Node> alreadyHere() {
        return bob.client().received().stream()
                .filter(node -> node.tag().equals("message"))
                .toList();
    }

    private void send(int count) {
        IntStream.rangeClosed(1, count).forEach(i -> {
            try {
                alice.send(RawDevice.message("M" + i, bob.phone(), bob.jid()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        });
    }

    private static Node batch(int count) {
        return Node.builder("ib")
                .child(Node.builder("offline_batch").attr("count", count).build())
                .build();
    }
}
