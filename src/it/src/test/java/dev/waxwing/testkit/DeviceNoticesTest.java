package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.account.AdvSignatures;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.signal.ParticipantHash;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.adv.ADVKeyIndexList;
import dev.waxwing.proto.adv.ADVSignedDeviceIdentity;
import dev.waxwing.proto.adv.ADVSignedKeyIndexList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What contacts and own devices are told when a companion comes or goes. */
final class DeviceNoticesTest {

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

    /** From here on they are contacts. */
    private void meet() throws Exception {
        alice.send(RawDevice.message("hello", bob.phone(), bob.jid()));
        bob.client().next("message");
    }

    private Node next(RawDevice device, String type) throws InterruptedException {
        while (true) {
            Node notification = device.client().next("notification");
            if (type.equals(notification.attr("type"))) {
                return notification;
            }
        }
    }

    private static String hash(Jid... devices) {
        return ParticipantHash.of(List.of(devices));
    }

    @Test
    void givenContact_whenCompanionIsLinked_thenItIsToldWhichAndTheHashOfAll() throws Exception {
        meet();

        try (RawDevice second = RawDevice.link(server, "Bob")) {
            Node notification = next(alice, "devices");

            assertThat(notification.jid("from")).isEqualTo(bob.phone());
            assertThat(notification.jid("lid")).isEqualTo(bob.lid());
            Node add = notification.requireChild("add");
            assertThat(add.requireAttr("device_hash")).isEqualTo(hash(bob.phone(), bob.jid(), second.jid()));
            assertThat(add.requireAttr("device_lid_hash")).isEqualTo(hash(bob.lid(), bob.lidJid(), second.lidJid()));
            Node device = add.requireChild("device");
            assertThat(device.jid("jid")).isEqualTo(second.jid());
            assertThat(device.jid("lid")).isEqualTo(second.lidJid());
            assertThat(device.attr("key-index")).isEqualTo("2");
            assertThat(add.requireChild("key-index-list").longAttr("ts", 0)).isEqualTo(notification.longAttr("t", -1));
        }
    }

    @Test
    void givenContact_whenCompanionIsRemoved_thenTheSignedListNoLongerHoldsIt() throws Exception {
        meet();
        try (RawDevice second = RawDevice.link(server, "Bob")) {
            next(alice, "devices");

            server.phone("Bob").removeCompanion(second.jid());

            Node remove = next(alice, "devices").requireChild("remove");
            assertThat(remove.requireAttr("device_hash")).isEqualTo(hash(bob.phone(), bob.jid()));
            assertThat(remove.requireChild("device").jid("jid")).isEqualTo(second.jid());
            ADVSignedKeyIndexList signed = ADVSignedKeyIndexList.parseFrom(
                    remove.requireChild("key-index-list").requireBytes());
            byte[] details = signed.getDetails().toByteArray();
            ADVKeyIndexList list = ADVKeyIndexList.parseFrom(details);
            assertThat(list.getValidIndexesList()).containsExactly(0, 1);
            assertThat(list.getCurrentIndex())
                    .as("numbers are never used again")
                    .isEqualTo(2);
            assertThat(AdvSignatures.verifyKeyIndexList(
                            accountKey(), details, signed.getAccountSignature().toByteArray()))
                    .isTrue();
        }
    }

    private byte[] accountKey() throws Exception {
        Node answer = alice.client()
                .ask(RawClient.iq("get", "encrypt")
                        .child(Node.builder("key")
                                .child(Node.builder("user")
                                        .attr("jid", bob.jid())
                                        .build())
                                .build()));
        byte[] identity = answer.requireChild("list")
                .requireChild("user")
                .requireChild("device-identity")
                .requireBytes();
        byte[] key = ADVSignedDeviceIdentity.parseFrom(identity)
                .getAccountSignatureKey()
                .toByteArray();
        assertThat(key).hasSize(Curve25519.KEY_BYTES);
        return key;
    }

    @Test
    void givenOtherDeviceOfTheAccount_whenCompanionIsLinked_thenItGetsTheWholeList() throws Exception {
        try (RawDevice second = RawDevice.link(server, "Bob")) {
            Node devices = next(bob, "account_sync").requireChild("devices");

            assertThat(devices.requireAttr("dhash")).isEqualTo(hash(bob.phone(), bob.jid(), second.jid()));
            assertThat(devices.children("device"))
                    .extracting(device -> device.jid("jid"))
                    .containsExactly(bob.phone(), bob.jid(), second.jid());
            assertThat(devices.child("key-index-list")).isNotNull();
        }
    }

    @Test
    void givenStranger_whenCompanionIsLinked_thenItHearsNothing() throws Exception {
        try (RawDevice second = RawDevice.link(server, "Bob")) {
            assertThat(next(bob, "account_sync").jid("from")).isEqualTo(second.phone());

            assertThat(server.journal()
                            .entries(entry -> "devices".equals(entry.stanza().attr("type"))))
                    .isEmpty();
        }
    }

    @Test
    void givenContactThatIsAway_whenSeveralCompanionsComeAndGo_thenOnlyTheNewestNoticeWaits() throws Exception {
        meet();
        alice.disconnect();
        alice.reconnect();
        try (RawDevice second = RawDevice.link(server, "Bob");
                RawDevice third = RawDevice.link(server, "Bob")) {
            server.phone("Bob").removeCompanion(second.jid());
            alice.goActive();

            Node notification = next(alice, "devices");
            assertThat(notification.attr("offline")).isNotEmpty();
            assertThat(notification.requireChild("remove").requireAttr("device_hash"))
                    .isEqualTo(hash(bob.phone(), bob.jid(), third.jid()));
            assertThat(alice.client().next("ib").requireChild("offline").attr("count"))
                    .isEqualTo("1");
            assertThat(Stream.of(second, third).map(RawDevice::phone)).containsOnly(bob.phone());
        }
    }
}
