package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.fields;
import static dev.waxwing.interop.BaileysProcess.isEvent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.Phone;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Stock Baileys clients manage groups and communities on the loopback server: what each call of the one answers, and
 * the event by which the other learns of it. Alice runs the groups, Bob is in them, Carol comes and goes.
 */
class BaileysGroupsIT {

    private static LoopbackServer server;
    private static BaileysClient alice;
    private static BaileysClient bob;
    private static BaileysClient carol;

    @BeforeAll
    static void link() throws IOException, InterruptedException {
        server = LoopbackServer.start();
        alice = BaileysClient.link(server, "alice", "Alice");
        bob = BaileysClient.link(server, "bob", "Bob");
        carol = BaileysClient.link(server, "carol", "Carol");
    }

    @AfterAll
    @SuppressWarnings("try") // opened only to be closed
    static void close() throws IOException {
        try (LoopbackServer s = server;
                BaileysClient a = alice;
                BaileysClient b = bob;
                BaileysClient c = carol) {
            // Each is closed, the server last, even if one of them fails; null ones are passed over.
        }
    }

    @AfterEach
    void nothingWasLeftUnanswered() {
        assertThat(server.unhandled()).isEmpty();
    }

    @Test
    void givenCreation_whenAnswered_thenTheMembersHaveTheGroupAndItsMetadata() throws Exception {
        JsonNode created = call(alice, "groupCreate", "Berries", List.of(bob.phoneNumber()));

        String group = created.path("id").asText();
        assertThat(created.path("subject").asText()).isEqualTo("Berries");
        assertThat(created.path("addressingMode").asText()).isEqualTo("lid");
        assertThat(created.path("owner").asText()).isEqualTo(alice.lid());
        assertThat(ids(created)).containsExactly(alice.lid(), bob.lid());
        awaitGroup(bob, group);
        JsonNode metadata = call(bob, "groupMetadata", group);
        assertThat(ids(metadata)).containsExactly(alice.lid(), bob.lid());
        assertThat(metadata.path("participants").get(0).path("admin").asText()).isEqualTo("superadmin");
        assertThat(metadata.path("participants").get(1).path("phoneNumber").asText())
                .isEqualTo(bob.phoneNumber());
        assertThat(call(bob, "groupFetchAllParticipating").has(group)).isTrue();
    }

    @Test
    void givenMembers_whenAddedPromotedDemotedAndRemoved_thenEachHasAResultAndTheOthersAnEvent() throws Exception {
        String group = create("Members");
        String nobody = "19995550000@s.whatsapp.net";

        assertThat(statuses(update(group, "add", carol.phoneNumber(), bob.phoneNumber(), nobody)))
                .containsExactly("200", "409", "404");
        awaitMembers(bob, group, "add", carol.lid());
        awaitGroup(carol, group);
        assertThat(statuses(update(group, "promote", carol.lid()))).containsExactly("200");
        awaitMembers(bob, group, "promote", carol.lid());
        assertThat(statuses(update(group, "demote", carol.lid(), alice.lid()))).containsExactly("200", "405");
        awaitMembers(carol, group, "demote", carol.lid());
        assertThat(statuses(update(group, "remove", carol.phoneNumber(), nobody)))
                .containsExactly("200", "404");
        awaitMembers(bob, group, "remove", carol.lid());
        awaitMembers(carol, group, "remove", carol.lid());
        refused(carol, "forbidden", "groupMetadata", group);
        refused(bob, "forbidden", "groupParticipantsUpdate", group, List.of(carol.lid()), "add");
    }

    @Test
    void givenSubjectDescriptionAndSettings_whenChanged_thenTheOtherHasEachUpdate() throws Exception {
        String group = create("Settings");

        call(alice, "groupUpdateSubject", group, "Rowan");
        assertThat(awaitUpdate(bob, group, "subject").asText()).isEqualTo("Rowan");
        call(alice, "groupUpdateDescription", group, "red ones");
        assertThat(awaitUpdate(bob, group, "desc").asText()).isEqualTo("red ones");
        call(alice, "groupUpdateDescription", group, "orange ones");
        assertThat(awaitUpdate(bob, group, "desc").asText()).isEqualTo("orange ones");
        call(alice, "groupSettingUpdate", group, "announcement");
        assertThat(awaitUpdate(bob, group, "announce").asBoolean()).isTrue();
        call(alice, "groupSettingUpdate", group, "not_announcement");
        assertThat(awaitUpdate(bob, group, "announce").asBoolean()).isFalse();
        call(alice, "groupSettingUpdate", group, "locked");
        assertThat(awaitUpdate(bob, group, "restrict").asBoolean()).isTrue();
        refused(bob, "forbidden", "groupUpdateSubject", group, "Sloe");
        call(alice, "groupSettingUpdate", group, "unlocked");
        assertThat(awaitUpdate(bob, group, "restrict").asBoolean()).isFalse();
        call(alice, "groupMemberAddMode", group, "all_member_add");
        assertThat(awaitUpdate(bob, group, "memberAddMode").asBoolean()).isTrue();
        call(alice, "groupJoinApprovalMode", group, "on");
        assertThat(awaitUpdate(bob, group, "joinApprovalMode").asBoolean()).isTrue();
        call(alice, "groupToggleEphemeral", group, 86_400);
        call(alice, "groupUpdateDescription", group);

        JsonNode metadata = call(bob, "groupMetadata", group);
        assertThat(metadata.path("subject").asText()).isEqualTo("Rowan");
        assertThat(metadata.has("desc")).isFalse();
        assertThat(metadata.path("ephemeralDuration").asInt()).isEqualTo(86_400);
        assertThat(metadata.path("memberAddMode").asBoolean()).isTrue();
        assertThat(metadata.path("joinApprovalMode").asBoolean()).isTrue();
    }

    @Test
    void givenInviteLink_whenUsed_thenTheJoinerIsInAndARevokedOneIsGone() throws Exception {
        String group = create("Invite link");
        String code = call(alice, "groupInviteCode", group).asText();

        assertThat(call(carol, "groupGetInviteInfo", code).path("subject").asText())
                .isEqualTo("Invite link");
        assertThat(call(carol, "groupAcceptInvite", code).asText()).isEqualTo(group);
        awaitMembers(bob, group, "add", carol.lid());
        String fresh = call(alice, "groupRevokeInvite", group).asText();
        assertThat(awaitUpdate(bob, group, "inviteCode").asText()).isEqualTo(fresh);
        call(carol, "groupLeave", group);
        awaitMembers(bob, group, "remove", carol.lid());
        refused(carol, "gone", "groupAcceptInvite", code);
        refused(carol, "not-acceptable", "groupGetInviteInfo", "nonsense");
        refused(bob, "not-authorized", "groupInviteCode", group);
    }

    @Test
    void givenApproval_whenSomebodyComesByTheLink_thenTheAdminHearsOfItAndDecides() throws Exception {
        String group = create("Approval");
        call(alice, "groupJoinApprovalMode", group, "on");
        String code = call(alice, "groupInviteCode", group).asText();

        call(carol, "groupAcceptInvite", code);
        JsonNode request = alice.process()
                .awaitEvent("a request to join", event -> isEvent(event, "joinRequest") && isOf(event, group));
        assertThat(request.path("action").asText()).isEqualTo("created");
        assertThat(request.path("method").asText()).isEqualTo("invite_link");
        assertThat(request.path("participant").asText()).isEqualTo(carol.lid());
        JsonNode waiting = call(alice, "groupRequestParticipantsList", group);
        assertThat(waiting.get(0).path("jid").asText()).isEqualTo(carol.lid());
        assertThat(statuses(call(
                        alice, "groupRequestParticipantsUpdate", group, List.of(carol.lid(), bob.lid()), "approve")))
                .containsExactly("200", "404");
        awaitGroup(carol, group);
        awaitMembers(bob, group, "add", carol.lid());

        update(group, "remove", carol.lid());
        call(carol, "groupAcceptInvite", code);
        call(alice, "groupRequestParticipantsUpdate", group, List.of(carol.lid()), "reject");
        JsonNode rejected = carol.process()
                .awaitEvent(
                        "the rejection",
                        event -> isEvent(event, "joinRequest")
                                && isOf(event, group)
                                && event.path("action").asText().equals("rejected"));
        assertThat(rejected.path("participant").asText()).isEqualTo(carol.lid());
        assertThat(ids(call(bob, "groupMetadata", group))).doesNotContain(carol.lid());
    }

    @Test
    void givenSomebodyWhoWantsToBeInvited_whenAdded_thenTheResultHasTheInvitationByWhichItJoins() throws Exception {
        String group = create("Invitation");
        call(carol, "updateGroupsAddPrivacy", "none");

        JsonNode result = update(group, "add", carol.phoneNumber()).get(0);

        assertThat(result.path("status").asText()).isEqualTo("403");
        JsonNode request = result.path("content").path("content").get(0);
        assertThat(request.path("tag").asText()).isEqualTo("add_request");
        ObjectNode invitation = fields();
        invitation
                .put("groupJid", group)
                .put("inviteCode", request.path("attrs").path("code").asText());
        invitation.put(
                "inviteExpiration", request.path("attrs").path("expiration").asLong());
        assertThat(call(carol, "groupAcceptInviteV4", alice.phoneNumber(), invitation)
                        .asText())
                .isEqualTo(group);
        awaitMembers(bob, group, "add", carol.lid());
        update(group, "remove", carol.lid());
        JsonNode second = update(group, "add", carol.phoneNumber())
                .get(0)
                .path("content")
                .path("content")
                .get(0);
        invitation.put("inviteCode", second.path("attrs").path("code").asText());
        call(alice, "groupRevokeInviteV4", group, carol.phoneNumber());
        refused(carol, "gone", "groupAcceptInviteV4", alice.phoneNumber(), invitation);
        call(carol, "updateGroupsAddPrivacy", "all");
    }

    @Test
    void givenGroupPicture_whenRemoved_thenMembersAreTold() throws Exception {
        String group = create("Picture");
        server.journal().clear();
        call(alice, "removeProfilePicture", group);
        assertThat(server.journal().entries())
                .anyMatch(entry -> entry.stanza().tag().equals("notification")
                        && "picture".equals(entry.stanza().attr("type"))
                        && Jid.parse(group).equals(entry.stanza().jid("from")));
    }

    @Test
    void givenCommunity_whenGroupsAreMadeLinkedAndUnlinked_thenItsListAndItsMembersFollow() throws Exception {
        JsonNode created = call(alice, "communityCreate", "Garden", "all that grows");

        String community = created.path("id").asText();
        assertThat(created.path("isCommunity").asBoolean()).isTrue();
        assertThat(created.path("desc").asText()).isEqualTo("all that grows");
        JsonNode groups = call(alice, "communityFetchLinkedGroups", community).path("linkedGroups");
        assertThat(groups).extracting(group -> group.path("subject").asText()).containsExactly("Garden", "General");
        String news = groups.get(0).path("id").asText();
        JsonNode announcement = call(alice, "groupMetadata", news);
        assertThat(announcement.path("isCommunityAnnounce").asBoolean()).isTrue();
        assertThat(announcement.path("announce").asBoolean()).isTrue();
        assertThat(announcement.path("linkedParent").asText()).isEqualTo(community);

        String inside = call(alice, "communityCreateGroup", "Shed", List.of(bob.phoneNumber()), community)
                .path("id")
                .asText();
        awaitGroup(bob, inside);
        awaitGroup(bob, community);
        awaitGroup(bob, news);
        assertThat(call(bob, "groupMetadata", inside).path("linkedParent").asText())
                .isEqualTo(community);

        String apart = create("Pond");
        call(alice, "communityLinkGroup", apart, community);
        assertThat(call(bob, "communityFetchLinkedGroups", apart).path("linkedGroups"))
                .extracting(group -> group.path("subject").asText())
                .contains("Pond");
        call(alice, "communityUnlinkGroup", apart, community);
        assertThat(call(bob, "communityFetchLinkedGroups", community).path("linkedGroups"))
                .extracting(group -> group.path("subject").asText())
                .doesNotContain("Pond");
        assertThat(statuses(call(alice, "communityParticipantsUpdate", community, List.of(bob.lid()), "remove")))
                .containsExactly("200");
        awaitMembers(bob, inside, "remove", bob.lid());
        refused(bob, "forbidden", "groupMetadata", news);
    }

    @Test
    void givenAPhoneThatActs_whenItMakesAGroupAndWrites_thenTheClientsSeeAndReadIt() throws Exception {
        Phone dave = server.phone("Dave");
        var group = dave.createGroup("Phones", Jid.parse(alice.phoneNumber()), Jid.parse(bob.lid()));

        awaitGroup(bob, group.jid().toString());
        String id = group.sendText("from a phone").id();
        assertThat(alice.awaitMessage(id).path("text").asText()).isEqualTo("from a phone");
        assertThat(bob.awaitMessage(id).path("text").asText()).isEqualTo("from a phone");
        String answer = alice.sendText(group.jid().toString(), "to a phone");
        bob.awaitMessage(answer);
        assertThat(dave.await(message -> message.id().equals(answer), Duration.ofSeconds(30))
                        .text())
                .isEqualTo("to a phone");
        group.remove(Jid.parse(bob.lid()));
        awaitMembers(bob, group.jid().toString(), "remove", bob.lid());
    }

    private static String create(String subject) throws InterruptedException {
        String group = call(alice, "groupCreate", subject, List.of(bob.phoneNumber()))
                .path("id")
                .asText();
        awaitGroup(bob, group);
        return group;
    }

    private static JsonNode update(String group, String action, String... people) throws InterruptedException {
        return call(alice, "groupParticipantsUpdate", group, List.of(people), action);
    }

    private static JsonNode call(BaileysClient client, String method, Object... args) throws InterruptedException {
        return client.call(method, args);
    }

    private static void refused(BaileysClient client, String error, String method, Object... args)
            throws InterruptedException {
        assertThat(client.failure(method, args)).contains(error);
    }

    private static Stream<JsonNode> each(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static List<String> ids(JsonNode metadata) {
        return each(metadata.path("participants"))
                .map(participant -> participant.path("id").asText())
                .toList();
    }

    private static List<String> statuses(JsonNode results) {
        return each(results).map(result -> result.path("status").asText()).toList();
    }

    private static boolean isOf(JsonNode event, String group) {
        return event.path("jid").asText().equals(group);
    }

    private static void awaitGroup(BaileysClient client, String group) throws InterruptedException {
        client.process().awaitEvent("the group " + group, event -> isEvent(event, "group") && isOf(event, group));
    }

    private static void awaitMembers(BaileysClient client, String group, String action, String lid)
            throws InterruptedException {
        client.process()
                .awaitEvent(
                        action + " of " + lid + " in " + group,
                        event -> isEvent(event, "groupParticipants")
                                && isOf(event, group)
                                && event.path("action").asText().equals(action)
                                && each(event.path("participants"))
                                        .anyMatch(one -> one.asText().equals(lid)));
    }

    /** The new value of a field, as the client tells its application. */
    private static JsonNode awaitUpdate(BaileysClient client, String group, String field) throws InterruptedException {
        return client.process()
                .awaitEvent(
                        "an update of " + field + " in " + group,
                        event -> isEvent(event, "groupUpdate")
                                && isOf(event, group)
                                && event.path("update").has(field)
                                && event.path("update").has("author"))
                .path("update")
                .path(field);
    }
}
