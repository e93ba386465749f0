package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.fields;
import static dev.waxwing.interop.BaileysProcess.isEvent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waxwing.community.Communities;
import dev.waxwing.community.LinkResult;
import dev.waxwing.community.LinkedGroup;
import dev.waxwing.group.GroupChange;
import dev.waxwing.group.GroupEvents;
import dev.waxwing.group.GroupInvite;
import dev.waxwing.group.GroupKind;
import dev.waxwing.group.GroupMemberTagUpdate;
import dev.waxwing.group.GroupParticipantsUpdate;
import dev.waxwing.group.GroupUpdate;
import dev.waxwing.group.Groups;
import dev.waxwing.group.GroupsUpsert;
import dev.waxwing.group.ParticipantAction;
import dev.waxwing.group.ParticipantResult;
import dev.waxwing.model.Jid;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.Test;

/** Waxwing and stock Baileys in communities, with personal invitations, and with labels of members. */
class CommunitiesWithBaileysIT extends AmongBaileysClients {

    @Test
    void givenACommunityOfWaxwing_whenItsGroupsAreMadeLinkedAndUnlinked_thenBaileysSeesThem() throws Exception {
        Communities communities = alice.socket().communities();
        Jid community = done(communities.create("Garden", "all that grows")).id();
        Jid inside = done(communities.createGroup(community, "Shed", List.of(Jid.parse(bob.phoneNumber()))))
                .id();
        awaitGroup(bob, inside);
        awaitGroup(bob, community);
        JsonNode seen = bob.call("groupMetadata", community.toString());
        assertThat(seen.path("isCommunity").asBoolean()).isTrue();
        assertThat(seen.path("desc").asText()).isEqualTo("all that grows");
        assertThat(bob.call("groupMetadata", inside.toString())
                        .path("linkedParent")
                        .asText())
                .isEqualTo(community.toString());

        Jid apart = done(alice.socket().groups().create("Pond", List.of(Jid.parse(bob.phoneNumber()))))
                .metadata()
                .id();
        assertThat(done(communities.linkGroups(community, List.of(apart)))).containsExactly(new LinkResult(apart, 200));
        assertThat(subjectsOf(bob, community)).contains("Garden", "Shed", "Pond");
        assertThat(done(communities.unlinkGroups(community, List.of(apart), false)))
                .allMatch(LinkResult::isDone);
        assertThat(subjectsOf(bob, community)).doesNotContain("Pond");

        assertThat(done(communities.removeParticipants(community, List.of(Jid.parse(bob.phoneNumber())))))
                .allMatch(ParticipantResult::isDone);
        awaitMembers(bob, inside, "remove");
        ServerTraffic.assertSound(server);
    }

    @Test
    void givenACommunityOfBaileys_whenItsGroupsAreMadeLinkedAndUnlinked_thenWaxwingIsToldAndJoins() throws Exception {
        BlockingQueue<GroupsUpsert> arrivals = listen(GroupEvents.GROUPS_UPSERT);
        BlockingQueue<GroupUpdate> changes = listen(GroupEvents.GROUPS_UPDATE);
        BlockingQueue<GroupParticipantsUpdate> members = listen(GroupEvents.GROUP_PARTICIPANTS_UPDATE);
        Communities communities = alice.socket().communities();
        Jid community = idOf(bob.call("communityCreate", "Garden", "all that grows"));
        Jid inside = idOf(bob.call(
                "communityCreateGroup", "Shed", List.of(alice.phoneNumber().toString()), community.toString()));
        assertThat(next(arrivals, upsert -> upsert.group().id().equals(inside))
                        .group()
                        .linkedParent())
                .contains(community);
        assertThat(done(alice.socket().groups().metadata(community)).kind()).isEqualTo(GroupKind.COMMUNITY);

        Jid apart = groupOf(bob, alice.phoneNumber().toString());
        bob.call("communityLinkGroup", apart.toString(), community.toString());
        GroupUpdate linked = next(changes, update -> update.id().equals(apart));
        assertThat(linked.change())
                .isInstanceOfSatisfying(
                        GroupChange.Linked.class,
                        link -> assertThat(link.linked()).isTrue());
        assertThat(linked.author()).contains(Jid.parse(bob.lid()));
        assertThat(done(communities.fetchLinkedGroups(community)))
                .extracting(LinkedGroup::id)
                .contains(inside, apart);

        Jid elsewhere = idOf(bob.call("communityCreateGroup", "Hedge", List.of(), community.toString()));
        assertThat(done(communities.queryLinkedGroup(community, elsewhere)).subject())
                .isEqualTo("Hedge");
        assertThat(done(communities.joinLinkedGroup(community, elsewhere))).isEqualTo(elsewhere);
        awaitMembers(bob, elsewhere, "add");
        assertThat(bob.awaitMessage(alice.sendText(elsewhere, "through the hedge"))
                        .path("text")
                        .asText())
                .isEqualTo("through the hedge");

        bob.call("communityUnlinkGroup", apart.toString(), community.toString());
        assertThat(next(changes, update -> update.id().equals(apart)).change())
                .isInstanceOfSatisfying(
                        GroupChange.Linked.class,
                        link -> assertThat(link.linked()).isFalse());
        bob.call(
                "communityParticipantsUpdate",
                community.toString(),
                List.of(alice.lid().toString()),
                "remove");
        GroupParticipantsUpdate removed =
                next(members, update -> update.id().equals(inside) && update.action() == ParticipantAction.REMOVE);
        assertThat(removed.participants()).anyMatch(one -> one.isCalled(alice.lid()));
        ServerTraffic.assertSound(server);
    }

    @Test
    void givenSomebodyWhoWantsToBeInvited_whenWaxwingSendsTheInvitation_thenBaileysJoinsByItUntilItIsRevoked()
            throws Exception {
        BlockingQueue<GroupParticipantsUpdate> members = listen(GroupEvents.GROUP_PARTICIPANTS_UPDATE);
        Groups groups = alice.socket().groups();
        carol.call("updateGroupsAddPrivacy", "none");
        Jid carolsNumber = Jid.parse(carol.phoneNumber());
        var made = done(groups.create("Choosy", List.of(carolsNumber)));
        Jid group = made.metadata().id();
        GroupInvite invite = made.notAdded().get(0).invite().orElseThrow();

        String id =
                done(groups.sendInvite(carolsNumber, invite, "Join us")).key().id();
        carol.awaitMessage(id);
        assertThat(carol.call("groupAcceptInviteV4", alice.phoneNumber().toString(), invitation(invite))
                        .asText())
                .isEqualTo(group.toString());
        assertThat(next(members, update -> update.action() == ParticipantAction.ADD)
                        .participants())
                .anyMatch(one -> one.isCalled(carolsNumber));

        done(groups.participantsUpdate(group, List.of(carolsNumber), ParticipantAction.REMOVE));
        GroupInvite second = done(groups.participantsUpdate(group, List.of(carolsNumber), ParticipantAction.ADD))
                .get(0)
                .invite()
                .orElseThrow();
        done(groups.revokeInvite(group, carolsNumber));
        assertThat(carol.failure("groupAcceptInviteV4", alice.phoneNumber().toString(), invitation(second)))
                .contains("gone");
    }

    @Test
    void givenWaxwingWantsToBeInvited_whenBaileysSendsTheInvitation_thenWaxwingReadsItAndJoins() throws Exception {
        try (BaileysClient companion = BaileysClient.link(server, "companion", "Alice")) {
            companion.call("updateGroupsAddPrivacy", "none");
        }
        Jid group = groupOf(bob, carol.phoneNumber());
        JsonNode refused = bob.call(
                        "groupParticipantsUpdate",
                        group.toString(),
                        List.of(alice.phoneNumber().toString()),
                        "add")
                .get(0);
        JsonNode request = refused.path("content").path("content").get(0).path("attrs");
        ObjectNode content = fields();
        content.putObject("groupInviteMessage")
                .put("groupJid", group.toString())
                .put("inviteCode", request.path("code").asText())
                .put("inviteExpiration", request.path("expiration").asLong())
                .put("groupName", "Birds")
                .put("caption", "Join us");

        // Its sendMessage wants the group's picture first, and there is none.
        String sent = bob.call("relayMessage", alice.phoneNumber().toString(), content, fields())
                .asText();
        GroupInvite invite =
                alice.socket().groups().inviteOf(alice.awaitMessage(sent)).orElseThrow();

        assertThat(invite.group()).isEqualTo(group);
        assertThat(done(alice.socket().groups().acceptInvite(invite))).isEqualTo(group);
        awaitMembers(carol, group, "add");
    }

    @Test
    void givenAGroup_whenAMemberLabelsItself_thenTheOtherSideIsTold() throws Exception {
        BlockingQueue<GroupMemberTagUpdate> labels = listen(GroupEvents.GROUP_MEMBER_TAG_UPDATE);
        Jid group = groupOf(bob, alice.phoneNumber().toString(), carol.phoneNumber());

        bob.call("updateMemberLabel", group.toString(), "Rower");
        GroupMemberTagUpdate told = next(labels);
        assertThat(told.groupId()).isEqualTo(group);
        assertThat(told.participant()).isEqualTo(Jid.parse(bob.lid()));
        assertThat(told.label()).isEqualTo("Rower");

        done(alice.socket().groups().updateMemberLabel(group, "Gardener"));
        JsonNode tag = bob.process()
                .awaitEvent(
                        "the label",
                        line -> isEvent(line, "memberTag")
                                && line.path("label").asText().equals("Gardener"));
        assertThat(tag.path("groupId").asText()).isEqualTo(group.toString());
        assertThat(tag.path("participant").asText()).isEqualTo(alice.lid().toString());
    }

    private static ObjectNode invitation(GroupInvite invite) {
        return fields().put("groupJid", invite.group().toString())
                .put("inviteCode", invite.code())
                .put("inviteExpiration", invite.expiration().getEpochSecond());
    }

    private static Jid idOf(JsonNode metadata) {
        return Jid.parse(metadata.path("id").asText());
    }

    private static List<String> subjectsOf(BaileysClient client, Jid community) throws Exception {
        List<String> subjects = new ArrayList<>();
        client.call("communityFetchLinkedGroups", community.toString())
                .path("linkedGroups")
                .forEach(group -> subjects.add(group.path("subject").asText()));
        return subjects;
    }

    private static void awaitGroup(BaileysClient client, Jid group) throws Exception {
        client.process()
                .awaitEvent(
                        "the group",
                        line -> isEvent(line, "group")
                                && line.path("jid").asText().equals(group.toString()));
    }

    private static void awaitMembers(BaileysClient client, Jid group, String action) throws Exception {
        client.process()
                .awaitEvent(
                        action,
                        line -> isEvent(line, "groupParticipants")
                                && line.path("jid").asText().equals(group.toString())
                                && line.path("action").asText().equals(action));
    }
}
