package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the suites of other clients missed in this server. */
final class OtherClientsTest {

    @RegisterExtension
    final RawDevices devices = new RawDevices();

    private final LoopbackServer server = devices.server();
    private RawDevice alice;
    private RawDevice bob;

    @BeforeEach
    void link() throws Exception {
        alice = devices.online("Alice");
        bob = devices.online("Bob");
    }

    private void meet() throws Exception {
        alice.send(RawDevice.message("hello", bob.phone(), bob.jid()));
        bob.client().next("message");
    }

    @Test
    void streamError_whenTheClientDoesNotClose_thenItHasReadWhyBeforeTheServerDoes() throws Exception {
        server.connections().streamError(alice.jid(), 503);

        assertThat(alice.client().next("stream:error").attr("code")).isEqualTo("503");
        alice.client().awaitClosed();
    }

    @Test
    void personWhoDoesNotExist_whenWrittenToLenient_thenTheMessageIsRefused() throws Exception {
        Jid nobody = Jid.phone("19995550199");

        Node ack = alice.send(RawDevice.message("M1", nobody, nobody));

        assertThat(ack.attr("error")).isEqualTo("406");
    }

    @Test
    void readOnOneOwnDevice_whenAnotherIsThere_thenItIsToldToo() throws Exception {
        try (RawDevice second = RawDevice.online(server, "Bob")) {
            alice.send(RawDevice.message("M1", bob.phone(), bob.jid(), second.jid()));
            Node message = bob.client().next("message");
            second.client().next("message");

            bob.receipt(message, "read");

            Node told = nextReceipt(second, "read-self");
            assertThat(told.attr("id")).isEqualTo("M1");
            assertThat(told.jid("from").withoutDevice()).isEqualTo(bob.phone());
            assertThat(told.jid("recipient")).isEqualTo(alice.phone());
            assertThat(nextReceipt(alice, "read").attr("id")).isEqualTo("M1");
        }
    }

    private static Node nextReceipt(RawDevice device, String type) throws InterruptedException {
        Node receipt = device.client().next("receipt");
        while (!type.equals(receipt.attr("type"))) {
            receipt = device.client().next("receipt");
        }
        return receipt;
    }

    @Test
    void changedPicture_whenSetAndTakenAway_thenContactsAndOwnDevicesAreTold() throws Exception {
        meet();

        Node set = bob.client()
                .ask(RawClient.iq("set", "w:profile:picture")
                        .child(Node.builder("picture")
                                .attr("type", "image")
                                .bytes(new byte[] {1, 2})
                                .build()));
        String id = set.requireChild("picture").requireAttr("id");
        Node atContact = nextNotification(alice, "picture");
        bob.client().ask(RawClient.iq("set", "w:profile:picture"));
        Node gone = nextNotification(alice, "picture");

        assertThat(atContact.jid("from")).isEqualTo(bob.phone());
        assertThat(atContact.requireChild("set").attr("id")).isEqualTo(id);
        assertThat(gone.requireChild("delete").jid("jid")).isEqualTo(bob.phone());
        assertThat(server.journal()
                        .entries(entry -> "picture".equals(entry.stanza().attr("type"))
                                && entry.device().filter(bob.jid()::equals).isPresent()))
                .as("the own device")
                .hasSize(2);
    }

    @Test
    void changedAboutText_whenSet_thenContactsAndOwnDevicesAreTold() throws Exception {
        meet();

        bob.client().send(about("busy"));

        for (RawDevice device : List.of(alice, bob)) {
            Node notice = nextNotification(device, "status");
            assertThat(notice.jid("from")).isEqualTo(bob.phone());
            assertThat(new String(notice.requireChild("set").requireBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("busy");
        }
    }

    private static Node about(String text) {
        return RawClient.iq("set", "status")
                .attr("id", "about")
                .child(Node.builder("status")
                        .bytes(text.getBytes(StandardCharsets.UTF_8))
                        .build())
                .build();
    }

    private static Node nextNotification(RawDevice device, String type) throws InterruptedException {
        Node notification = device.client().next("notification");
        while (!type.equals(notification.attr("type"))) {
            notification = device.client().next("notification");
        }
        return notification;
    }

    @Test
    void offlineMarker_whenADeviceGoesActiveTwice_thenItComesOnce() throws Exception {
        alice.goActive();
        alice.goActive();
        alice.disconnect();
        alice.reconnect();

        alice.client().send(active("a1"));
        alice.client().send(active("a2"));
        alice.client().ask(RawClient.iq("get", "w:p"));

        assertThat(markersOf(alice)).hasSize(2);
    }

    private static Node active(String id) {
        return RawClient.iq("set", "passive")
                .attr("id", id)
                .child(Node.builder("active").build())
                .build();
    }

    /** Over all connections: one each. */
    private List<Node> markersOf(RawDevice device) {
        List<Node> markers = new ArrayList<>();
        server.journal()
                .entries(entry -> entry.stanza().tag().equals("ib")
                        && entry.stanza().child("offline") != null
                        && entry.device().filter(device.jid()::equals).isPresent())
                .forEach(entry -> markers.add(entry.stanza()));
        return markers;
    }
}
