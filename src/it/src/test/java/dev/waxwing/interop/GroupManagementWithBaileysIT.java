package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.fields;
import static dev.waxwing.interop.BaileysProcess.isEvent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waxwing.group.GroupChange;
import dev.waxwing.group.GroupEvents;
import dev.waxwing.group.GroupJoinRequest;
import dev.waxwing.group.GroupParticipantsUpdate;
import dev.waxwing.group.GroupSwitch;
import dev.waxwing.group.GroupUpdate;
import dev.waxwing.group.Groups;
import dev.waxwing.group.GroupsUpsert;
import dev.waxwing.group.ParticipantAction;
import dev.waxwing.group.ParticipantResult;
import dev.waxwing.group.WhoMay;
import dev.waxwing.model.Jid;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Waxwing and stock Baileys manage groups: what one of them does, the other is told. */
class GroupManagementWithBaileysIT extends AmongBaileysClients {

    @Test
    void givenAGroupMadeByWaxwing_whenWaxwingChangesIt_thenBaileysIsToldOfEach() throws Exception {
        Groups groups = alice.socket().groups();
        Jid group = done(groups.create("Birds", List.of(Jid.parse(bob.phoneNumber()))))
                .metadata()
                .id();

        JsonNode made = bob.process().awaitEvent("the group", line -> isEvent(line, "group") && isOf(line, group));
        assertThat(made.path("subject").asText()).isEqualTo("Birds");

        done(groups.updateSubject(group, "Waxwings"));
        bob.process()
                .awaitEvent(
                        "the new name",
                        line -> isEvent(line, "groupUpdate")
                                && isOf(line, group)
                                && line.path("update").path("subject").asText().equals("Waxwings"));

        change(group, ParticipantAction.ADD);
        awaitParticipants(group, "add");
        carol.process().awaitEvent("the group", line -> isEvent(line, "group") && isOf(line, group));
        change(group, ParticipantAction.PROMOTE);
        awaitParticipants(group, "promote");
        change(group, ParticipantAction.DEMOTE);
        awaitParticipants(group, "demote");
        change(group, ParticipantAction.REMOVE);
        awaitParticipants(group, "remove");
        ServerTraffic.assertSound(server);
    }

    @Test
    void givenAGroupMadeByBaileys_whenBaileysChangesIt_thenWaxwingIsToldOfEach() throws Exception {
        BlockingQueue<GroupsUpsert> arrivals = listen(GroupEvents.GROUPS_UPSERT);
        BlockingQueue<GroupUpdate> changes = listen(GroupEvents.GROUPS_UPDATE);
        BlockingQueue<GroupParticipantsUpdate> members = listen(GroupEvents.GROUP_PARTICIPANTS_UPDATE);

        ObjectNode create = fields().put("subject", "Birds");
        create.putArray("participants").add(alice.phoneNumber().toString());
        Jid group =
                Jid.parse(bob.process().call("groupCreate", create).path("jid").asText());
        GroupsUpsert arrival = next(arrivals);
        assertThat(arrival.group().id()).isEqualTo(group);
        assertThat(arrival.group().subject()).isEqualTo("Birds");

        bobCalls("groupUpdateSubject", group.toString(), "Waxwings");
        assertThat(next(changes).change()).isEqualTo(new GroupChange.Subject("Waxwings"));

        for (ParticipantAction action : List.of(
                ParticipantAction.ADD, ParticipantAction.PROMOTE, ParticipantAction.DEMOTE, ParticipantAction.REMOVE)) {
            ObjectNode change = fields().put("jid", group.toString())
                    .put("action", action.name().toLowerCase(java.util.Locale.ROOT));
            change.putArray("participants").add(carol.phoneNumber());
            bob.process().call("groupParticipants", change);
            GroupParticipantsUpdate told = next(members);
            assertThat(told.action()).isEqualTo(action);
            assertThat(told.author()).contains(Jid.parse(bob.lid()));
            assertThat(told.participants()).hasSize(1);
            assertThat(told.participants().get(0).isCalled(Jid.parse(carol.phoneNumber())))
                    .isTrue();
        }
        ServerTraffic.assertSound(server);
    }

    @Test
    void givenAnInviteLink_whenTheOtherSideUsesIt_thenItIsInTheGroup() throws Exception {
        BlockingQueue<GroupParticipantsUpdate> members = listen(GroupEvents.GROUP_PARTICIPANTS_UPDATE);
        Groups groups = alice.socket().groups();
        Jid ofWaxwing = done(groups.create("Of Waxwing", List.of())).metadata().id();

        bobCalls("groupAcceptInvite", done(groups.inviteCode(ofWaxwing)));
        GroupParticipantsUpdate joined = next(members);
        assertThat(joined.id()).isEqualTo(ofWaxwing);
        assertThat(joined.participants().get(0).isCalled(Jid.parse(bob.lid()))).isTrue();

        ObjectNode create = fields().put("subject", "Of Baileys");
        create.putArray("participants").add(carol.phoneNumber());
        Jid ofBaileys =
                Jid.parse(bob.process().call("groupCreate", create).path("jid").asText());
        String code = bobCalls("groupInviteCode", ofBaileys.toString()).asText();
        assertThat(done(groups.getInviteInfo(code)).subject()).isEqualTo("Of Baileys");
        assertThat(done(groups.acceptInvite(code))).isEqualTo(ofBaileys);
        assertThat(done(groups.metadata(ofBaileys)).participant(alice.phoneNumber()))
                .isPresent();
        ServerTraffic.assertSound(server);
    }

    @Test
    void givenAGroupMadeByBaileys_whenBaileysChangesItsSettings_thenWaxwingIsToldOfEach() throws Exception {
        BlockingQueue<GroupUpdate> changes = listen(GroupEvents.GROUPS_UPDATE);
        BlockingQueue<GroupParticipantsUpdate> members = listen(GroupEvents.GROUP_PARTICIPANTS_UPDATE);
        ObjectNode create = fields().put("subject", "Birds");
        create.putArray("participants").add(alice.phoneNumber().toString());
        String group = bob.process().call("groupCreate", create).path("jid").asText();

        bobCalls("groupUpdateDescription", group, "About berries");
        assertThat(next(changes).change())
                .isInstanceOfSatisfying(
                        GroupChange.Description.class,
                        told -> assertThat(told.description().orElseThrow().text())
                                .isEqualTo("About berries"));
        bobCalls("groupSettingUpdate", group, "announcement");
        assertThat(next(changes).change()).isEqualTo(new GroupChange.Switched(GroupSwitch.ANNOUNCE, true));
        bobCalls("groupSettingUpdate", group, "not_announcement");
        assertThat(next(changes).change()).isEqualTo(new GroupChange.Switched(GroupSwitch.ANNOUNCE, false));
        bobCalls("groupSettingUpdate", group, "locked");
        assertThat(next(changes).change()).isEqualTo(new GroupChange.Switched(GroupSwitch.RESTRICT, true));
        bobCalls("groupMemberAddMode", group, "admin_add");
        assertThat(next(changes).change()).isEqualTo(new GroupChange.Allowed(GroupChange.Mode.ADD, WhoMay.ADMINS));
        bobCalls("groupJoinApprovalMode", group, "on");
        assertThat(next(changes).change()).isEqualTo(new GroupChange.Switched(GroupSwitch.JOIN_APPROVAL, true));
        bobCalls("groupRevokeInvite", group);
        assertThat(next(changes).change()).isInstanceOf(GroupChange.InviteCode.class);
        bobCalls("groupLeave", group);
        GroupParticipantsUpdate left = next(members);
        assertThat(left.action()).isEqualTo(ParticipantAction.REMOVE);
        assertThat(left.author()).contains(Jid.parse(bob.lid()));
        ServerTraffic.assertSound(server);
    }

    @Test
    void givenAGroupMadeByWaxwing_whenWaxwingChangesItsSettings_thenBaileysIsToldOfEach() throws Exception {
        Groups groups = alice.socket().groups();
        Jid group = done(groups.create("Birds", List.of(Jid.parse(bob.phoneNumber()))))
                .metadata()
                .id();

        done(groups.updateDescription(group, "About berries"));
        awaitUpdate(group, update -> update.path("desc").asText().equals("About berries"));
        done(groups.settingUpdate(group, GroupSwitch.ANNOUNCE, true));
        awaitUpdate(group, update -> update.path("announce").asBoolean());
        done(groups.settingUpdate(group, GroupSwitch.RESTRICT, true));
        awaitUpdate(group, update -> update.path("restrict").asBoolean());
        done(groups.memberMode(group, GroupChange.Mode.ADD, WhoMay.ALL_MEMBERS));
        awaitUpdate(group, update -> update.path("memberAddMode").asBoolean());
        done(groups.settingUpdate(group, GroupSwitch.JOIN_APPROVAL, true));
        awaitUpdate(group, update -> update.path("joinApprovalMode").asBoolean());
        done(groups.revokeInvite(group));
        awaitUpdate(group, update -> update.has("inviteCode"));
        done(groups.leave(group));
        awaitParticipants(group, "remove");
        ServerTraffic.assertSound(server);
    }

    @Test
    void givenAGroupOfWaxwingThatApproves_whenBaileysAsksToJoin_thenWaxwingSeesTheRequestAndLetsItIn()
            throws Exception {
        BlockingQueue<GroupJoinRequest> asked = listen(GroupEvents.GROUP_JOIN_REQUEST);
        Groups groups = alice.socket().groups();
        Jid group = done(groups.create("Choosy", List.of())).metadata().id();
        done(groups.settingUpdate(group, GroupSwitch.JOIN_APPROVAL, true));

        bobCalls("groupAcceptInvite", done(groups.inviteCode(group)));
        assertThat(next(asked).participant().isCalled(Jid.parse(bob.phoneNumber())))
                .isTrue();
        assertThat(done(groups.requestParticipantsUpdate(group, List.of(Jid.parse(bob.phoneNumber())), true)))
                .allMatch(ParticipantResult::isDone);

        bob.process().awaitEvent("the group", line -> isEvent(line, "group") && isOf(line, group));
    }

    private void awaitUpdate(Jid group, Predicate<JsonNode> wanted) throws Exception {
        bob.process()
                .awaitEvent(
                        "a change",
                        line -> isEvent(line, "groupUpdate") && isOf(line, group) && wanted.test(line.path("update")));
    }

    private void change(Jid group, ParticipantAction action) throws Exception {
        List<ParticipantResult> results = done(
                alice.socket().groups().participantsUpdate(group, List.of(Jid.parse(carol.phoneNumber())), action));
        assertThat(results).hasSize(1).allMatch(ParticipantResult::isDone);
    }

    private void awaitParticipants(Jid group, String action) throws Exception {
        bob.process()
                .awaitEvent(
                        action,
                        line -> isEvent(line, "groupParticipants")
                                && isOf(line, group)
                                && line.path("action").asText().equals(action));
    }

    private JsonNode bobCalls(String method, Object... args) throws Exception {
        return bob.call(method, args);
    }

    private static boolean isOf(JsonNode line, Jid group) {
        return line.path("jid").asText().equals(group.toString());
    }
}
