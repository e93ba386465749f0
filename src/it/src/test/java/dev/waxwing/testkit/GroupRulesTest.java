package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.ParticipantHash;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.GroupLies;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may come into a group, whose message reaches whom, and what a server says of it that lies. */
final class GroupRulesTest {

    private LoopbackServer server;
    private RawDevice alice;
    private RawDevice bob;
    private RawDevice carol;
    private Jid created = Jid.GROUP_SERVER;

    @BeforeEach
    void link() throws Exception {
        server = LoopbackServer.start();
        alice = RawDevice.online(server, "Alice");
        bob = RawDevice.online(server, "Bob");
        carol = RawDevice.online(server, "Carol");
    }

    @AfterEach
    void stop() {
        alice.close();
        bob.close();
        carol.close();
        server.close();
    }

    @Test
    void givenSomebodyWhoWantsToBeInvited_whenAdded_thenTheInvitationIsGoodForItAloneUntilItExpires() throws Exception {
        Jid group = create();
        privacy(carol, "groupadd", "none");

        Node refused = change("add", carol).requireChild("participant");

        assertThat(refused.attr("error")).isEqualTo("403");
        Node request = refused.requireChild("add_request");
        Node accept = accept("accept", request, alice);
        assertThat(error(ask(bob, "set", group, accept))).isEqualTo("403");
        assertThat(ask(
                                carol,
                                "get",
                                group,
                                Node.builder("query")
                                        .child(accept("add_request", request, alice))
                                        .build())
                        .requireChild("group")
                        .attr("subject"))
                .isEqualTo("Berries");
        assertThat(error(ask(carol, "set", group, accept("accept", request, bob))))
                .isEqualTo("403");
        server.clock().advance(Duration.ofDays(4));
        assertThat(error(ask(carol, "set", group, accept))).isEqualTo("410");
        Node second = change("add", carol).requireChild("participant").requireChild("add_request");
        assertThat(ask(carol, "set", group, accept("accept", second, alice))
                        .requireChild("group")
                        .jid("jid"))
                .isEqualTo(group);
        assertThat(error(ask(carol, "set", group, accept("accept", second, alice))))
                .isEqualTo("410");
    }

    @Test
    void givenSomebodyWhoBlockedTheAdmin_whenAdded_thenTheResultSaysSo() throws Exception {
        create();
        carol.client()
                .ask(RawClient.iq("set", "blocklist")
                        .child(Node.builder("item")
                                .attr("action", "block")
                                .attr("jid", alice.lid())
                                .build()));

        assertThat(change("add", carol).requireChild("participant").attr("error"))
                .isEqualTo("401");
    }

    @Test
    void givenApproval_whenAMemberAdds_thenTheAdminsHaveARequestToDecide() throws Exception {
        Jid group = create();
        ask(alice, "set", group, text("member_add_mode", "all_member_add"));
        ask(
                alice,
                "set",
                group,
                Node.builder("membership_approval_mode")
                        .child(Node.builder("group_join").attr("state", "on").build())
                        .build());

        ask(bob, "set", group, action("add", carol));

        Node notice = notice(alice, "created_membership_requests");
        assertThat(notice.attr("request_method")).isEqualTo("non_admin_add");
        assertThat(notice.requireChild("requested_user").jid("jid")).isEqualTo(carol.lid());
        Node cancel = ask(carol, "set", group, action("cancel_membership_requests", carol));
        assertThat(cancel.requireChild("cancel_membership_requests")
                        .requireChild("participant")
                        .hasAttr("error"))
                .isFalse();
        notice(alice, "revoked_membership_requests");
        assertThat(ask(
                                alice,
                                "get",
                                group,
                                Node.builder("membership_approval_requests").build())
                        .requireChild("membership_approval_requests")
                        .children())
                .isEmpty();
    }

    @Test
    void givenManyGroups_whenAskedForAtOnce_thenEachIsThereOrCarriesItsError() throws Exception {
        Jid group = create();
        Jid unknown = Jid.group("120363999999999999");

        Node groups = ask(
                        carol,
                        "get",
                        Jid.GROUP_SERVER,
                        Node.builder("query").children(named(group, unknown)).build())
                .requireChild("groups");

        assertThat(groups.children()).extracting(one -> one.attr("error")).containsExactly("403", "404");
        assertThat(ask(
                                bob,
                                "get",
                                Jid.GROUP_SERVER,
                                Node.builder("query").children(named(group)).build())
                        .requireChild("groups")
                        .requireChild("group")
                        .attr("subject"))
                .isEqualTo("Berries");
    }

    @Test
    void givenListOfDevices_whenItIsNotTheServers_thenTheAckHasTheHashOfTheServers() throws Exception {
        Jid group = create();
        List<Jid> all = Stream.of(alice, bob)
                .flatMap(device -> Stream.of(device.lid(), device.lidJid()))
                .toList();

        Node stale = alice.send(message("G1", group).attr("phash", "2:AAAAAAAA").build());
        Node fresh = alice.send(
                message("G2", group).attr("phash", ParticipantHash.of(all)).build());
        Node withoutItself = alice.send(message("G3", group)
                .attr(
                        "phash",
                        ParticipantHash.of(all.stream()
                                .filter(device -> !device.equals(alice.lidJid()))
                                .toList()))
                .build());

        assertThat(stale.attr("phash")).isEqualTo(ParticipantHash.of(all));
        assertThat(fresh.hasAttr("phash")).isFalse();
        assertThat(withoutItself.hasAttr("phash")).isFalse();
    }

    @Test
    void givenWhoMayNotWrite_whenLenient_thenItIsToldSoAndNobodyGetsIt() throws Exception {
        Jid group = create();

        assertThat(carol.send(message("G1", group).build()).attr("error")).isEqualTo("403");
        ask(alice, "set", group, Node.builder("announcement").build());
        assertThat(bob.send(message("G2", group).build()).attr("error")).isEqualTo("420");
        alice.client().ask(RawClient.iq("get", "w:p"));
        assertThat(alice.client().received()).noneMatch(node -> node.tag().equals("message"));
    }

    @Test
    void givenMemberOfAGroup_whenItReadsAMessage_thenTheAuthorAloneHasTheReceiptWithItsName() throws Exception {
        Jid group = create();
        alice.send(message("G1", group).build());
        Node message = bob.client().next("message");

        bob.receipt(message, "");
        bob.receipt(message, "read");
        bob.receipt(message, "retry");

        Node delivered = alice.client().next("receipt");
        assertThat(delivered.jid("from")).isEqualTo(group);
        assertThat(delivered.jid("participant")).isEqualTo(bob.lidJid());
        assertThat(delivered.hasAttr("type")).isFalse();
        assertThat(alice.client().next("receipt").attr("type")).isEqualTo("read");
        assertThat(alice.client().next("receipt").attr("type")).isEqualTo("retry");
    }

    @Test
    void givenAuthorWhoIsAway_whenMembersReadAndTheServerGathers_thenOneReceiptNamesThemAll() throws Exception {
        try (LoopbackServer gathering =
                        LoopbackServer.builder().gatherReceipts(true).start();
                RawDevice author = RawDevice.online(gathering, "Alice");
                RawDevice first = RawDevice.online(gathering, "Bob");
                RawDevice second = RawDevice.online(gathering, "Carol")) {
            Node group = ask(
                            author,
                            "set",
                            Jid.GROUP_SERVER,
                            Node.builder("create")
                                    .attr("subject", "Berries")
                                    .child(participant(first))
                                    .child(participant(second))
                                    .build())
                    .requireChild("group");
            author.send(message("G1", Jid.group(group.requireAttr("id"))).build());
            gathering.connections().close(author.jid(), 0);
            author.client().awaitClosed();
            first.receipt(first.client().next("message"), "read");
            first.client().ask(RawClient.iq("get", "w:p"));
            second.receipt(second.client().next("message"), "read");
            second.client().ask(RawClient.iq("get", "w:p"));

            author.reconnect();
            author.goActive();

            Node receipt = author.client().next("receipt");
            assertThat(receipt.attr("type")).isEqualTo("read");
            assertThat(receipt.requireChild("participants").attr("key")).isEqualTo("G1");
            assertThat(receipt.requireChild("participants").children("user"))
                    .extracting(user -> user.jid("jid"))
                    .containsExactly(first.lidJid(), second.lidJid());
        }
    }

    @Test
    void givenAPost_whenItListsOthers_thenThoseListedBeforeDoNotHaveIt() throws Exception {
        alice.send(status("S1", bob.lidJid()).build());
        alice.send(status("S2", carol.lidJid()).build());

        Node second = carol.client().next("message");
        assertThat(second.attr("id")).isEqualTo("S2");
        assertThat(second.jid("from")).isEqualTo(Jid.STATUS_BROADCAST);
        assertThat(second.jid("participant")).isEqualTo(alice.lidJid());
        assertThat(bob.client().next("message").attr("id")).isEqualTo("S1");
        bob.client().ask(RawClient.iq("get", "w:p"));
        assertThat(bob.client().received()).noneMatch(node -> node.tag().equals("message"));
        server.connections().strict(alice.jid(), true);
        assertThat(alice.send(status("S3", carol.lidJid())
                                .attr("type", "reaction")
                                .child(Node.builder("meta")
                                        .attr("status_setting", "allowlist")
                                        .build())
                                .build())
                        .attr("error"))
                .isEqualTo("479");
    }

    @Test
    void givenAMemberThatWasRemoved_whenItSendsReceiptsLate_thenTheyAreAcknowledgedAndGoToNobody() throws Exception {
        Jid group = create();
        alice.send(message("G1", group).build());
        Node message = bob.client().next("message");
        ask(
                alice,
                "set",
                group,
                Node.builder("remove")
                        .child(Node.builder("participant")
                                .attr("jid", bob.lid())
                                .build())
                        .build());

        bob.receipt(message, "");
        bob.receipt(message, "read");
        bob.receipt(message, "retry");

        bob.client().ask(RawClient.iq("get", "w:p"));
        alice.client().ask(RawClient.iq("get", "w:p"));
        assertThat(alice.client().received()).noneMatch(node -> node.tag().equals("receipt"));
        assertThat(server.journal().entries(entry -> entry.is(Direction.OUT, "ack")))
                .hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void givenLies_whenTheServerTellsThem_thenMetadataAuthorAndHashAreFalse() throws Exception {
        Jid group = create();
        Jid spy = Jid.lid("100000000000001");
        tell(StanzaMatch.out("iq").child("group"), GroupLies.phantom(spy));
        assertThat(members(alice, group)).containsExactly(alice.lid(), bob.lid(), spy);
        server.faults().clear();
        tell(StanzaMatch.out("iq").child("group"), GroupLies.without(bob.lid()));
        assertThat(members(alice, group)).containsExactly(alice.lid());
        server.faults().clear();
        tell(StanzaMatch.out("message"), GroupLies.author(carol.lidJid()));
        tell(StanzaMatch.out("ack"), GroupLies.hash("2:lies"));

        assertThat(alice.send(message("G1", group).build()).attr("phash")).isEqualTo("2:lies");
        assertThat(bob.client().next("message").jid("participant")).isEqualTo(carol.lidJid());
    }

    private void tell(StanzaMatch match, UnaryOperator<Node> lie) {
        server.faults().add(match, new FaultAction.Rewrite(lie));
    }

    private static List<Jid> members(RawDevice who, Jid group) throws InterruptedException {
        return ask(
                        who,
                        "get",
                        group,
                        Node.builder("query").attr("request", "interactive").build())
                .requireChild("group")
                .children("participant")
                .stream()
                .map(participant -> participant.requireJid("jid"))
                .toList();
    }

    private Jid create() throws InterruptedException {
        Node group = ask(
                        alice,
                        "set",
                        Jid.GROUP_SERVER,
                        Node.builder("create")
                                .attr("subject", "Berries")
                                .child(participant(bob))
                                .build())
                .requireChild("group");
        created = Jid.group(group.requireAttr("id"));
        return created;
    }

    private Node change(String tag, RawDevice who) throws InterruptedException {
        return ask(alice, "set", created, action(tag, who)).requireChild(tag);
    }

    /** The next notice of that kind; those before it, of what was done before, are passed over. */
    private static Node notice(RawDevice who, String child) throws InterruptedException {
        while (true) {
            Node found = who.client().next("notification").child(child);
            if (found != null) {
                return found;
            }
        }
    }

    private static Node action(String tag, RawDevice who) {
        return Node.builder(tag).child(participant(who)).build();
    }

    private static Node participant(RawDevice who) {
        return Node.builder("participant").attr("jid", who.phone()).build();
    }

    private static Node accept(String tag, Node request, RawDevice admin) {
        return Node.builder(tag)
                .attr("code", request.requireAttr("code"))
                .attr("expiration", request.requireAttr("expiration"))
                .attr("admin", admin.phone())
                .build();
    }

    private static List<Node> named(Jid... groups) {
        return Stream.of(groups)
                .map(group -> Node.builder("group").attr("jid", group).build())
                .toList();
    }

    private static void privacy(RawDevice who, String name, String value) throws InterruptedException {
        who.client()
                .ask(RawClient.iq("set", "privacy")
                        .child(Node.builder("privacy")
                                .child(Node.builder("category")
                                        .attr("name", name)
                                        .attr("value", value)
                                        .build())
                                .build()));
    }

    private static Node.Builder message(String id, Jid group) {
        return RawDevice.message(id, group).toBuilder()
                .attr("addressing_mode", "lid")
                .child(RawDevice.enc("skmsg", "for all"));
    }

    private static Node.Builder status(String id, Jid... devices) {
        return RawDevice.message(id, Jid.STATUS_BROADCAST, devices).toBuilder()
                .child(RawDevice.enc("skmsg", "for all"));
    }

    private static Node text(String tag, String text) {
        return Node.builder(tag).text(text).build();
    }

    private static Node ask(RawDevice who, String type, Jid to, Node child) throws InterruptedException {
        return who.client()
                .ask(Node.builder("iq")
                        .attr("to", to)
                        .attr("type", type)
                        .attr("xmlns", "w:g2")
                        .child(child));
    }

    private static String error(Node iq) {
        return iq.requireChild("error").requireAttr("code");
    }
}
