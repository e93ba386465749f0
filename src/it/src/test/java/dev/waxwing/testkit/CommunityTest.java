package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Communities: what belongs to one, who is in it, and who is told. */
final class CommunityTest {

    private LoopbackServer server;
    private RawDevice alice;
    private RawDevice bob;

    @BeforeEach
    void link() throws Exception {
        server = LoopbackServer.start();
        alice = RawDevice.online(server, "Alice");
        bob = RawDevice.online(server, "Bob");
    }

    @AfterEach
    void stop() {
        alice.close();
        bob.close();
        server.close();
    }

    @Test
    void givenCreationWithParent_whenAnswered_thenItIsACommunityAndHasItsAnnouncementGroup() throws Exception {
        Node community = create(
                alice,
                "Garden",
                Node.builder("parent")
                        .attr("default_membership_approval_mode", "request_required")
                        .build(),
                Node.builder("create_general_chat").build());

        assertThat(community.requireChild("parent").attr("default_membership_approval_mode"))
                .isEqualTo("request_required");
        List<Node> groups = subGroups(alice, jidOf(community));
        assertThat(groups).hasSize(2);
        assertThat(groups.get(0).child("default_sub_group")).isNotNull();
        assertThat(groups.get(1).child("general_chat")).isNotNull();
        Node announcement = ask(alice, "get", Jid.group(groups.get(0).requireAttr("id")), query())
                .requireChild("group");
        assertThat(announcement.child("announcement")).isNotNull();
        assertThat(announcement.requireChild("linked_parent").jid("jid")).isEqualTo(jidOf(community));
    }

    @Test
    void givenLinkedGroup_whenLinkedAndUnlinked_thenBothSidesAreToldAndItsMembersCome() throws Exception {
        Jid community = jidOf(create(alice, "Garden", parent()));
        Jid group = jidOf(create(alice, "Pond", participant(bob)));
        bob.client().next("notification");

        Node linked = ask(alice, "set", community, links(group)).requireChild("links");
        assertThat(linked.requireChild("link").requireChild("group").hasAttr("error"))
                .isFalse();
        // Bob comes into the community, then into its announcement group, then hears of the link from both sides.
        assertThat(nextChange(bob).child("add")).isNotNull();
        assertThat(nextChange(bob).child("create")).isNotNull();
        assertThat(nextChange(bob).child("add")).isNotNull();
        assertThat(nextChange(bob).child("create")).isNotNull();
        Node toCommunity = nextChange(bob);
        assertThat(toCommunity.jid("from")).isEqualTo(community);
        assertThat(toCommunity.requireChild("link").attr("link_type")).isEqualTo("sub_group");
        assertThat(toCommunity.requireChild("link").requireChild("group").jid("jid"))
                .isEqualTo(group);
        Node toGroup = nextChange(bob);
        assertThat(toGroup.jid("from")).isEqualTo(group);
        assertThat(toGroup.requireChild("link").attr("link_type")).isEqualTo("parent_group");
        assertThat(error(ask(alice, "set", community, links(group))
                        .requireChild("links")
                        .requireChild("link")
                        .requireChild("group")))
                .isEqualTo("409");

        Node unlinked = ask(
                        alice,
                        "set",
                        community,
                        Node.builder("unlink")
                                .attr("unlink_type", "sub_group")
                                .child(Node.builder("group")
                                        .attr("jid", group)
                                        .attr("remove_orphaned_members", "true")
                                        .build())
                                .build())
                .requireChild("unlink");
        assertThat(unlinked.requireChild("group").hasAttr("error")).isFalse();
        assertThat(nextChange(bob).requireChild("unlink").attr("unlink_reason")).isEqualTo("unlink_group");
        assertThat(nextChange(bob).requireChild("unlink").attr("unlink_type")).isEqualTo("parent_group");
        assertThat(nextChange(bob).child("remove")).isNotNull();
        assertThat(subGroups(alice, community)).hasSize(1);
        assertThat(iqError(ask(bob, "get", community, query()))).isEqualTo("403");
    }

    @Test
    void givenMemberOfACommunity_whenItJoinsAGroupOfIt_thenTheAnswerHasTheGroupWithIt() throws Exception {
        Jid community = jidOf(create(alice, "Garden", parent(), participant(bob)));
        Jid group = jidOf(create(
                alice,
                "Pond",
                Node.builder("linked_parent").attr("jid", community).build()));
        Node join = Node.builder("join_linked_group").attr("jid", group).build();

        Node joined =
                ask(bob, "set", community, join).requireChild("linked_group").requireChild("group");

        assertThat(joined.children("participant"))
                .extracting(one -> one.jid("phone_number"))
                .containsExactly(alice.phone(), bob.phone());
        assertThat(iqError(ask(bob, "set", community, join))).isEqualTo("409");
        assertThat(ask(
                                bob,
                                "get",
                                community,
                                Node.builder("linked_groups_participants").build())
                        .requireChild("linked_groups_participants")
                        .children("participant"))
                .hasSize(2);
    }

    @Test
    void givenStrangerOrMember_whenItManagesACommunity_thenItIsRefused() throws Exception {
        Jid community = jidOf(create(alice, "Garden", parent()));
        Jid group = jidOf(create(bob, "Pond"));

        assertThat(iqError(ask(bob, "get", community, Node.builder("sub_groups").build())))
                .isEqualTo("403");
        assertThat(iqError(ask(bob, "set", community, links(group)))).isEqualTo("403");
        assertThat(error(ask(alice, "set", community, links(group))
                        .requireChild("links")
                        .requireChild("link")
                        .requireChild("group")))
                .isEqualTo("403");
        assertThat(iqError(ask(bob, "set", group, links(group)))).isEqualTo("406");
        assertThat(iqError(ask(
                        bob,
                        "set",
                        Jid.GROUP_SERVER,
                        Node.builder("create")
                                .attr("subject", "Shed")
                                .child(Node.builder("linked_parent")
                                        .attr("jid", community)
                                        .build())
                                .build())))
                .isEqualTo("403");
    }

    @Test
    void givenCommunity_whenEnded_thenItAndItsAnnouncementGroupAreGoneAndTheOthersGoOn() throws Exception {
        Jid community = jidOf(create(alice, "Garden", parent()));
        Jid news = Jid.group(subGroups(alice, community).get(0).requireAttr("id"));
        Jid group = jidOf(create(
                alice,
                "Pond",
                Node.builder("linked_parent").attr("jid", community).build(),
                participant(bob)));

        ask(alice, "set", community, Node.builder("delete_parent").build());

        assertThat(iqError(ask(alice, "get", community, query()))).isEqualTo("404");
        assertThat(iqError(ask(alice, "get", news, query()))).isEqualTo("404");
        assertThat(ask(alice, "get", group, query()).requireChild("group").child("linked_parent"))
                .isNull();
    }

    @Test
    void givenDocumentId_whenSubGroupsAreAskedForByIt_thenTheyComeAsJson() throws Exception {
        Jid community = jidOf(create(alice, "Garden", parent()));

        Node result = alice.client()
                .ask(RawClient.iq("get", "w:mex")
                        .child(Node.builder("query")
                                .attr("query_id", "9935467776504344")
                                .bytes(("{\"variables\":{\"group_id\":\"" + community + "\"}}")
                                        .getBytes(StandardCharsets.UTF_8))
                                .build()));

        assertThat(result.requireChild("result").text())
                .contains("xwa2_group_query_by_id")
                .contains("default_sub_group")
                .contains("Garden");
    }

    private static Node nextChange(RawDevice who) throws InterruptedException {
        return who.client().next("notification");
    }

    private static Node parent() {
        return Node.builder("parent").build();
    }

    private static Node participant(RawDevice who) {
        return Node.builder("participant").attr("jid", who.phone()).build();
    }

    private static Node links(Jid group) {
        return Node.builder("links")
                .child(Node.builder("link")
                        .attr("link_type", "sub_group")
                        .child(Node.builder("group").attr("jid", group).build())
                        .build())
                .build();
    }

    private static List<Node> subGroups(RawDevice who, Jid community) throws InterruptedException {
        return ask(who, "get", community, Node.builder("sub_groups").build())
                .requireChild("sub_groups")
                .children("group");
    }

    private static Node create(RawDevice who, String subject, Node... children) throws InterruptedException {
        return ask(
                        who,
                        "set",
                        Jid.GROUP_SERVER,
                        Node.builder("create")
                                .attr("subject", subject)
                                .children(List.of(children))
                                .build())
                .requireChild("group");
    }

    private static Node ask(RawDevice who, String type, Jid to, Node child) throws InterruptedException {
        return who.client()
                .ask(Node.builder("iq")
                        .attr("to", to)
                        .attr("type", type)
                        .attr("xmlns", "w:g2")
                        .child(child));
    }

    private static Node query() {
        return Node.builder("query").attr("request", "interactive").build();
    }

    private static Jid jidOf(Node group) {
        return Jid.group(group.requireAttr("id"));
    }

    private static String error(Node node) {
        return node.requireAttr("error");
    }

    private static String iqError(Node iq) {
        return iq.requireChild("error").requireAttr("code");
    }
}
