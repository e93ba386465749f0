package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.adv.ADVKeyIndexList;
import dev.waxwing.proto.adv.ADVSignedKeyIndexList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the server tells about users. */
final class UsyncTest {

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

    @Test
    void givenAccountWithCompanion_whenItsDevicesAreAsked_thenPhoneAndCompanionAreListed() throws Exception {
        Node user = ask(user(bob.phone()), devices());

        assertThat(user.jid("jid")).isEqualTo(bob.phone());
        assertThat(user.requireChild("devices").requireChild("device-list").children("device"))
                .extracting(device -> device.attr("id") + "/" + device.attr("key-index"))
                .containsExactly("0/null", "1/1");
    }

    @Test
    void givenKeyIndexList_whenRead_thenTheAccountKeySignedItAndItNamesTheCompanion() throws Exception {
        ADVSignedKeyIndexList signed = ADVSignedKeyIndexList.parseFrom(ask(user(bob.phone()), devices())
                .requireChild("devices")
                .requireChild("key-index-list")
                .requireBytes());
        byte[] details = signed.getDetails().toByteArray();
        byte[] accountKey = alice.client()
                .ask(RawClient.iq("get", "encrypt")
                        .child(Node.builder("key").child(user(bob.phone())).build()))
                .requireChild("list")
                .requireChild("user")
                .requireChild("identity")
                .requireBytes();

        assertThat(Curve25519.verify(
                        accountKey,
                        Bytes.concat(new byte[] {6, 2}, details),
                        signed.getAccountSignature().toByteArray()))
                .isTrue();
        ADVKeyIndexList list = ADVKeyIndexList.parseFrom(details);
        assertThat(list.getValidIndexesList()).contains(1);
        assertThat(list.getCurrentIndex()).isEqualTo(1);
    }

    @Test
    void givenAnotherDevice_whenItIsLinked_thenTheListGrows() throws Exception {
        ask(user(bob.phone()), devices());
        try (RawDevice second = RawDevice.link(server, "Bob")) {
            Node user = ask(user(bob.lid()), devices());

            assertThat(second.jid().device()).isEqualTo(2);
            assertThat(user.jid("jid")).isEqualTo(bob.lid());
            assertThat(user.requireChild("devices").requireChild("device-list").children())
                    .hasSize(3);
        }
    }

    @Test
    void givenUser_whenItsLidIsAsked_thenOnlyTheNumberIsAnsweredWithIt() throws Exception {
        Node lid = Node.builder("lid").build();

        assertThat(ask(user(bob.phone()), lid).requireChild("lid").jid("val")).isEqualTo(bob.lid());
        assertThat(ask(user(bob.lid()), lid).child("lid")).isNull();
    }

    @Test
    void givenAddressWithDevice_whenAsked_thenTheAnswerIsForTheWholeUser() throws Exception {
        assertThat(ask(user(bob.lidJid()), devices()).jid("jid")).isEqualTo(bob.lid());
    }

    @Test
    void givenNumbers_whenAskedWhetherRegistered_thenTheyAreInOutOrInvalid() throws Exception {
        Node in = ask(contact("+" + bob.phone().user()), Node.builder("contact").build());
        Node out = ask(contact("+19995550000"), Node.builder("contact").build());
        Node invalid = ask(contact("+not a number"), Node.builder("contact").build());

        assertThat(in.jid("jid")).isEqualTo(bob.phone());
        assertThat(in.requireChild("contact").attr("type")).isEqualTo("in");
        assertThat(in.requireChild("contact").text())
                .isEqualTo("+" + bob.phone().user());
        assertThat(out.jid("jid")).isEqualTo(Jid.phone("19995550000"));
        assertThat(out.requireChild("contact").attr("type")).isEqualTo("out");
        assertThat(invalid.requireChild("contact").attr("type")).isEqualTo("invalid");
    }

    @Test
    void givenNumber_whenAskedForItsLidForm_thenBothAddressesComeBack() throws Exception {
        Node user = ask(
                contact("+" + bob.phone().user() + "@c.us"),
                Node.builder("contact").attr("addressing_mode", "lid").build());

        assertThat(user.jid("jid")).isEqualTo(bob.lid());
        assertThat(user.jid("pn_jid")).isEqualTo(bob.phone());
    }

    private Node ask(Node user, Node protocol) throws InterruptedException {
        Node usync = alice.client()
                .ask(RawClient.iq("get", "usync")
                        .child(Node.builder("usync")
                                .attr("sid", "sid-1")
                                .attr("mode", "query")
                                .attr("context", "message")
                                .attr("index", "0")
                                .attr("last", "true")
                                .child(Node.builder("query").child(protocol).build())
                                .child(Node.builder("list").child(user).build())
                                .build()))
                .requireChild("usync");
        assertThat(usync.attr("sid")).isEqualTo("sid-1");
        assertThat(usync.requireChild("result").child(protocol.tag())).isNotNull();
        return usync.requireChild("list").requireChild("user");
    }

    private static Node devices() {
        return Node.builder("devices").attr("version", "2").build();
    }

    private static Node user(Jid jid) {
        return Node.builder("user").attr("jid", jid).build();
    }

    private static Node contact(String number) {
        return Node.builder("user")
                .child(Node.builder("contact").text(number).build())
                .build();
    }
}
