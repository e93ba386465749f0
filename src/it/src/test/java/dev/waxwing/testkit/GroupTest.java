package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Groups: who is in them, who is told, and who gets their messages. */
final class GroupTest {

    @RegisterExtension
    final RawDevices devices =
            new RawDevices(LoopbackServer.builder().seedGroup("Seeded").start());

    private final LoopbackServer server = devices.server();
    private RawDevice alice;
    private RawDevice bob;
    private RawDevice charlie;

    @BeforeEach
    void link() throws Exception {
        alice = devices.online("Alice");
        bob = devices.online("Bob");
        charlie = devices.online("Charlie");
    }

    @Test
    void givenNewAccount_whenItListsItsGroups_thenItIsAloneInTheSeededOne() throws Exception {
        Node groups = ask(
                        alice,
                        "get",
                        Jid.GROUP_SERVER,
                        Node.builder("participating")
                                .child(Node.builder("participants").build())
                                .build())
                .requireChild("groups");

        assertThat(groups.children()).hasSize(1);
        Node group = groups.children().get(0);
        assertThat(group.attr("subject")).isEqualTo("Seeded");
        assertThat(group.children("participant")).extracting(GroupTest::jid).containsExactly(alice.lid());
        assertThat(group.requireChild("participant").attr("type")).isEqualTo("superadmin");
    }

    @Test
    void givenCreation_whenAnswered_thenTheGroupIsWholeAndAllMembersAreTold() throws Exception {
        Node group = create("Berries", bob.phone());

        assertThat(group.attr("id")).matches("\\d+");
        assertThat(group.attr("addressing_mode")).isEqualTo("lid");
        assertThat(group.attr("size")).isEqualTo("2");
        assertThat(group.children("participant"))
                .extracting(participant -> participant.jid("phone_number"))
                .containsExactly(alice.phone(), bob.phone());
        Node notification = bob.client().next("notification");
        assertThat(notification.attr("type")).isEqualTo("w:gp2");
        assertThat(notification.jid("from")).isEqualTo(jidOf(group));
        assertThat(notification.jid("participant")).isEqualTo(alice.lid());
        assertThat(notification.jid("participant_pn")).isEqualTo(alice.phone());
        assertThat(notification.requireChild("create").requireChild("group").attr("subject"))
                .isEqualTo("Berries");
        Node own = alice.client().next("notification").requireChild("create");
        assertThat(own.attr("key")).as("by which it tells its own group").isEqualTo("KEY");
    }

    @Test
    void givenUnknownParticipant_whenCreated_thenItAloneCarriesAnError() throws Exception {
        Node group = create("Berries", Jid.phone("19995550000"), bob.phone());

        assertThat(group.children("participant"))
                .extracting(participant -> participant.attr("error"))
                .containsExactly(null, null, "404");
        assertThat(group.attr("size")).isEqualTo("2");
    }

    @Test
    void givenAddedMember_whenAnswered_thenAllAreToldAndTheNewOneGetsTheGroup() throws Exception {
        Jid group = jidOf(create("Berries", bob.phone()));
        bob.client().next("notification");

        Node result = change(alice, group, "add", charlie.phone()).requireChild("add");

        assertThat(result.requireChild("participant").attr("type")).isEqualTo("200");
        assertThat(result.requireChild("participant").hasAttr("error")).isFalse();
        assertThat(bob.client()
                        .next("notification")
                        .requireChild("add")
                        .requireChild("participant")
                        .jid("jid"))
                .isEqualTo(charlie.lid());
        assertThat(charlie.client().next("notification").child("add")).isNotNull();
        assertThat(charlie.client()
                        .next("notification")
                        .requireChild("create")
                        .requireChild("group")
                        .children("participant"))
                .hasSize(3);
        assertThat(change(alice, group, "add", charlie.phone())
                        .requireChild("add")
                        .requireChild("participant")
                        .attr("error"))
                .isEqualTo("409");
    }

    @Test
    void givenGroupMessage_whenSent_thenEveryMemberGetsItsKeyAndTheTextInOneStanza() throws Exception {
        Jid group = jidOf(create("Berries", bob.phone()));

        Node ack = alice.send(groupMessage("G1", group, bob));

        assertThat(ack.jid("from")).isEqualTo(group);
        Node message = bob.client().next("message");
        assertThat(message.jid("from")).isEqualTo(group);
        assertThat(message.jid("participant")).isEqualTo(alice.lidJid());
        assertThat(message.jid("participant_pn")).isEqualTo(alice.phone());
        assertThat(message.attr("addressing_mode")).isEqualTo("lid");
        assertThat(message.children("enc")).extracting(enc -> enc.attr("type")).containsExactly("msg", "skmsg");
    }

    @Test
    void givenRemovedMember_whenTheNextMessageIsSent_thenItLearnsOfItsRemovalAndGetsNoMore() throws Exception {
        Jid group = jidOf(create("Berries", bob.phone(), charlie.phone()));
        change(alice, group, "remove", charlie.lid());
        alice.send(groupMessage("G1", group, bob, charlie));

        assertThat(bob.client().next("message").attr("id")).isEqualTo("G1");
        charlie.client().next("notification");
        assertThat(charlie.client().next("notification").child("remove")).isNotNull();
        charlie.client().ask(RawClient.iq("get", "w:p"));
        assertThat(charlie.client().received()).noneMatch(node -> node.tag().equals("message"));
    }

    @Test
    void givenStranger_whenItSendsOrAsks_thenItIsRefused() throws Exception {
        Jid group = jidOf(create("Berries", bob.phone()));
        server.connections().strict(charlie.jid(), true);

        assertThat(charlie.send(groupMessage("G1", group, bob)).attr("error")).isEqualTo("403");
        assertThat(error(ask(charlie, "get", group, query()))).isEqualTo("403");
        assertThat(error(ask(charlie, "get", Jid.group("120363999999999999"), query())))
                .isEqualTo("404");
    }

    @Test
    void givenMemberThatIsNoAdmin_whenItManages_thenItIsRefusedUntilPromoted() throws Exception {
        Jid group = jidOf(create("Berries", bob.phone(), charlie.phone()));

        assertThat(error(change(bob, group, "remove", charlie.lid()))).isEqualTo("403");
        change(alice, group, "promote", bob.phone());
        assertThat(change(bob, group, "remove", charlie.lid()).attr("type")).isEqualTo("result");
        assertThat(ask(alice, "get", group, query()).requireChild("group").children("participant"))
                .extracting(participant -> participant.attr("type"))
                .containsExactly("superadmin", "admin");
    }

    @Test
    void givenAnnouncementGroup_whenStrict_thenOnlyAdminsMaySend() throws Exception {
        Jid group = jidOf(create("Berries", bob.phone()));
        ask(alice, "set", group, Node.builder("announcement").build());
        server.connections().strict(bob.jid(), true);
        bob.client().next("notification");

        assertThat(bob.client()
                        .next("notification")
                        .requireChild("announcement")
                        .hasAttr("v_id"))
                .isTrue();
        assertThat(bob.send(groupMessage("G1", group, alice)).attr("error")).isEqualTo("420");
        ask(alice, "set", group, Node.builder("not_announcement").build());
        assertThat(bob.send(groupMessage("G2", group, alice)).hasAttr("error")).isFalse();
    }

    @Test
    void givenLeaver_whenItLeaves_thenTheOthersAreToldAndItIsNoMember() throws Exception {
        Jid group = jidOf(create("Berries", bob.phone()));
        alice.client().next("notification");
        ask(
                bob,
                "set",
                Jid.GROUP_SERVER,
                Node.builder("leave")
                        .child(Node.builder("group").attr("id", group).build())
                        .build());

        Node notification = alice.client().next("notification");
        assertThat(notification.jid("participant")).isEqualTo(bob.lid());
        assertThat(notification
                        .requireChild("remove")
                        .requireChild("participant")
                        .jid("jid"))
                .isEqualTo(bob.lid());
        assertThat(error(ask(bob, "get", group, query()))).isEqualTo("403");
    }

    @Test
    void givenSubjectAndDescription_whenChanged_thenTheyStandInTheGroupAndStaleChangesConflict() throws Exception {
        Jid group = jidOf(create("Berries", bob.phone()));
        ask(alice, "set", group, text("subject", "Rowan"));
        Node first = Node.builder("description")
                .attr("id", "D1")
                .child(text("body", "red ones"))
                .build();
        ask(alice, "set", group, first);

        Node info = ask(alice, "get", group, query()).requireChild("group");
        assertThat(info.attr("subject")).isEqualTo("Rowan");
        assertThat(info.requireChild("description").requireChild("body").text()).isEqualTo("red ones");
        assertThat(error(ask(alice, "set", group, first))).isEqualTo("409");
        ask(
                alice,
                "set",
                group,
                Node.builder("description")
                        .attr("prev", "D1")
                        .attr("delete", "true")
                        .build());
        assertThat(ask(alice, "get", group, query()).requireChild("group").child("description"))
                .isNull();
        assertThat(error(ask(alice, "set", group, text("subject", "x".repeat(101)))))
                .isEqualTo("406");
    }

    @Test
    void givenInviteCode_whenUsed_thenTheJoinerIsInAndARevokedCodeIsGone() throws Exception {
        Jid group = jidOf(create("Berries", bob.phone()));
        Node invite = Node.builder("invite").build();
        String code = Objects.requireNonNull(
                ask(alice, "get", group, invite).requireChild("invite").attr("code"));
        Node join = Node.builder("invite").attr("code", code).build();

        assertThat(ask(charlie, "get", Jid.GROUP_SERVER, join)
                        .requireChild("group")
                        .attr("subject"))
                .isEqualTo("Berries");
        assertThat(ask(charlie, "set", Jid.GROUP_SERVER, join)
                        .requireChild("group")
                        .jid("jid"))
                .isEqualTo(group);
        assertThat(ask(charlie, "get", group, query()).requireChild("group").attr("size"))
                .isEqualTo("3");
        ask(alice, "set", group, invite);
        assertThat(error(ask(charlie, "get", Jid.GROUP_SERVER, join))).isEqualTo("410");
    }

    @Test
    void givenMemberThatWasAway_whenItComesBack_thenNotificationAndMessageCameInThatOrder() throws Exception {
        bob.disconnect();
        Jid group = jidOf(create("Berries", bob.phone()));
        alice.send(groupMessage("G1", group, bob));
        bob.reconnect();
        bob.goActive();

        assertThat(bob.client().next("notification").hasAttr("offline")).isTrue();
        assertThat(bob.client().next("message").attr("id")).isEqualTo("G1");
    }

    private Node create(String subject, Jid... participants) throws InterruptedException {
        Node.Builder create = Node.builder("create").attr("subject", subject).attr("key", "KEY");
        for (Jid participant : participants) {
            create.child(Node.builder("participant").attr("jid", participant).build());
        }
        return ask(alice, "set", Jid.GROUP_SERVER, create.build()).requireChild("group");
    }

    private static Node change(RawDevice actor, Jid group, String tag, Jid who) throws InterruptedException {
        return ask(
                actor,
                "set",
                group,
                Node.builder(tag)
                        .child(Node.builder("participant").attr("jid", who).build())
                        .build());
    }

    private static Node ask(RawDevice who, String type, Jid to, Node child) throws InterruptedException {
        return who.client()
                .ask(Node.builder("iq")
                        .attr("to", to)
                        .attr("type", type)
                        .attr("xmlns", "w:g2")
                        .child(child));
    }

    private static Node groupMessage(String id, Jid group, RawDevice... receivers) {
        Jid[] devices = Stream.of(receivers).map(RawDevice::lidJid).toArray(Jid[]::new);
        return RawDevice.message(id, group, devices).toBuilder()
                .attr("addressing_mode", "lid")
                .child(RawDevice.enc("skmsg", "for all"))
                .build();
    }

    private static Node query() {
        return Node.builder("query").attr("request", "interactive").build();
    }

    private static Node text(String tag, String text) {
        return RawDevice.bytes(tag, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Jid jidOf(Node group) {
        return Jid.group(group.requireAttr("id"));
    }

    private static Jid jid(Node participant) {
        return participant.requireJid("jid");
    }

    private static String error(Node iq) {
        return iq.requireChild("error").requireAttr("code");
    }
}
