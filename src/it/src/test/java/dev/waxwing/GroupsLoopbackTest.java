package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.group.CreatedGroup;
import dev.waxwing.group.GroupChange;
import dev.waxwing.group.GroupEvents;
import dev.waxwing.group.GroupJoinRequest;
import dev.waxwing.group.GroupMemberTagUpdate;
import dev.waxwing.group.GroupMetadata;
import dev.waxwing.group.GroupParticipant;
import dev.waxwing.group.GroupParticipantsUpdate;
import dev.waxwing.group.GroupRole;
import dev.waxwing.group.GroupSwitch;
import dev.waxwing.group.GroupUpdate;
import dev.waxwing.group.GroupsUpsert;
import dev.waxwing.group.JoinRequest;
import dev.waxwing.group.ParticipantAction;
import dev.waxwing.group.ParticipantResult;
import dev.waxwing.group.WhoMay;
import dev.waxwing.model.Jid;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.web.WebMessageInfo.StubType;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Accounts that make a group, change it, come and go; each change is told to the other. */
final class GroupsLoopbackTest {

    private final LoopbackServer server = LoopbackServer.start();
    private final MemoryStore bobsStore = MemoryStore.create();
    private Client alice;
    private Client bob;
    private Heard<GroupUpdate> changes;
    private Heard<GroupsUpsert> arrivals;
    private Heard<GroupParticipantsUpdate> members;
    private Heard<WebMessage> messages;

    @BeforeEach
    void connect() throws Exception {
        alice = Client.open(server, "alice", MemoryStore.create());
        bob = Client.open(server, "bob", bobsStore);
        changes = Heard.on(bob.socket(), GroupEvents.GROUPS_UPDATE);
        arrivals = Heard.on(bob.socket(), GroupEvents.GROUPS_UPSERT);
        members = Heard.on(bob.socket(), GroupEvents.GROUP_PARTICIPANTS_UPDATE);
        messages = bob.messages();
    }

    @AfterEach
    void stop() {
        alice.close();
        bob.close();
        server.close();
    }

    @Test
    void givenPeople_whenAGroupIsMade_thenTheyAreInItAndAreTold() throws Exception {
        CreatedGroup made = done(alice.socket().groups().create("Birds", List.of(bob.jid())));

        assertThat(made.notAdded()).isEmpty();
        assertThat(made.metadata().subject()).isEqualTo("Birds");
        assertThat(made.metadata().participants()).hasSize(2);
        assertThat(made.metadata().participant(alice.jid()).orElseThrow().role())
                .isEqualTo(GroupRole.SUPERADMIN);
        GroupsUpsert told = arrivals.awaitCount(1).get(0);
        assertThat(told.group().id()).isEqualTo(made.metadata().id());
        assertThat(told.author()).contains(lid(alice));
        WebMessage stub = awaitStub(StubType.GROUP_CREATE);
        assertThat(stub.stub().orElseThrow().parameters()).containsExactly("Birds");
        assertThat(stub.key().remoteJid()).isEqualTo(made.metadata().id());
    }

    @Test
    void givenAGroup_whenItIsChanged_thenTheOtherIsToldOfEachByEventAndMessage() throws Exception {
        Jid group = groupOfBoth();

        done(alice.socket().groups().updateSubject(group, "Waxwings"));
        assertThat(changed(GroupChange.Subject.class).subject()).isEqualTo("Waxwings");
        assertThat(awaitStub(StubType.GROUP_CHANGE_SUBJECT).stub().orElseThrow().parameters())
                .containsExactly("Waxwings");

        done(alice.socket().groups().updateDescription(group, "About berries"));
        assertThat(changed(GroupChange.Description.class)
                        .description()
                        .orElseThrow()
                        .text())
                .isEqualTo("About berries");
        done(alice.socket().groups().updateDescription(group, "About other berries"));

        done(alice.socket().groups().settingUpdate(group, GroupSwitch.ANNOUNCE, true));
        assertThat(changed(GroupChange.Switched.class)).isEqualTo(new GroupChange.Switched(GroupSwitch.ANNOUNCE, true));
        done(alice.socket().groups().settingUpdate(group, GroupSwitch.RESTRICT, true));
        done(alice.socket().groups().memberMode(group, GroupChange.Mode.ADD, WhoMay.ADMINS));
        assertThat(changed(GroupChange.Allowed.class))
                .isEqualTo(new GroupChange.Allowed(GroupChange.Mode.ADD, WhoMay.ADMINS));
        done(alice.socket().groups().toggleEphemeral(group, Duration.ofDays(7)));
        assertThat(changed(GroupChange.Ephemeral.class).duration()).contains(Duration.ofDays(7));

        for (Client client : List.of(alice, bob)) {
            GroupMetadata now = done(client.socket().groups().metadata(group));
            assertThat(now.subject()).isEqualTo("Waxwings");
            assertThat(now.description().orElseThrow().text()).isEqualTo("About other berries");
            assertThat(now.switches()).contains(GroupSwitch.ANNOUNCE, GroupSwitch.RESTRICT);
            assertThat(now.memberAddMode()).isEqualTo(WhoMay.ADMINS);
            assertThat(now.ephemeralDuration()).contains(Duration.ofDays(7));
        }
        assertThat(Client.failure(bob.socket().groups().updateSubject(group, "Mine")))
                .isInstanceOfSatisfying(
                        ServerRefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(403));
    }

    @Test
    void givenAGroup_whenSomebodyIsAddedPromotedDemotedAndRemoved_thenEachIsTold() throws Exception {
        Jid group = groupOfBoth();
        Client carol = Client.open(server, "carol", MemoryStore.create());
        try (carol) {
            Heard<GroupsUpsert> atCarol = Heard.on(carol.socket(), GroupEvents.GROUPS_UPSERT);

            assertThat(only(update(group, carol, ParticipantAction.ADD)).isDone())
                    .isTrue();
            assertThat(atCarol.awaitCount(1).get(0).group().participants()).hasSize(3);
            assertMember(ParticipantAction.ADD, carol);
            assertThat(only(update(group, carol, ParticipantAction.ADD)).status())
                    .isEqualTo(409);
            update(group, carol, ParticipantAction.PROMOTE);
            assertThat(assertMember(ParticipantAction.PROMOTE, carol).role()).isEqualTo(GroupRole.ADMIN);
            update(group, carol, ParticipantAction.DEMOTE);
            assertMember(ParticipantAction.DEMOTE, carol);
            update(group, carol, ParticipantAction.REMOVE);
            assertMember(ParticipantAction.REMOVE, carol);

            assertThat(awaitStub(StubType.GROUP_PARTICIPANT_REMOVE)
                            .stub()
                            .orElseThrow()
                            .parameters())
                    .containsExactly(lid(carol).toString());
            assertThat(done(alice.socket().groups().metadata(group)).participants())
                    .hasSize(2);
            assertThat(Client.failure(carol.socket().groups().metadata(group)))
                    .isInstanceOf(ServerRefusedException.class);
        }
    }

    @Test
    void givenAGroup_whenSomebodyLeaves_thenTheAuthorOfItIsThePerson() throws Exception {
        Jid group = groupOfBoth();
        Heard<GroupParticipantsUpdate> atAlice = Heard.on(alice.socket(), GroupEvents.GROUP_PARTICIPANTS_UPDATE);

        done(bob.socket().groups().leave(group));

        GroupParticipantsUpdate told = atAlice.awaitCount(1).get(0);
        assertThat(told.action()).isEqualTo(ParticipantAction.REMOVE);
        assertThat(told.author()).contains(lid(bob));
        assertThat(done(bob.socket().groups().fetchAllParticipating())).isEmpty();
        assertThat(done(alice.socket().groups().fetchAllParticipating()))
                .extracting(GroupMetadata::id)
                .containsExactly(group);
    }

    @Test
    void givenAnInviteLink_whenUsedAndRevoked_thenItLeadsIntoTheGroupOnlyBefore() throws Exception {
        Jid group = done(alice.socket().groups().create("Alone", List.of()))
                .metadata()
                .id();
        String code = done(alice.socket().groups().inviteCode(group));
        Heard<GroupParticipantsUpdate> atAlice = Heard.on(alice.socket(), GroupEvents.GROUP_PARTICIPANTS_UPDATE);

        assertThat(done(bob.socket().groups().getInviteInfo(code)).subject()).isEqualTo("Alone");
        assertThat(done(bob.socket().groups().acceptInvite("https://chat.whatsapp.com/" + code)))
                .isEqualTo(group);
        GroupParticipantsUpdate joined = atAlice.awaitCount(1).get(0);
        assertThat(joined.reason()).contains("invite");
        assertThat(joined.participants().get(0).isCalled(bob.jid())).isTrue();
        String renewed = done(alice.socket().groups().revokeInvite(group));

        assertThat(renewed).isNotEqualTo(code);
        assertThat(Client.failure(bob.socket().groups().getInviteInfo(code)))
                .isInstanceOf(ServerRefusedException.class);
    }

    @Test
    void givenAGroupThatApproves_whenSomebodyAsks_thenTheAdminSeesItAndLetsThePersonIn() throws Exception {
        Jid group = done(alice.socket().groups().create("Choosy", List.of()))
                .metadata()
                .id();
        Heard<GroupJoinRequest> asked = Heard.on(alice.socket(), GroupEvents.GROUP_JOIN_REQUEST);
        done(alice.socket().groups().settingUpdate(group, GroupSwitch.JOIN_APPROVAL, true));

        done(bob.socket().groups().acceptInvite(done(alice.socket().groups().inviteCode(group))));

        assertThat(asked.awaitCount(1).get(0)).satisfies(request -> {
            assertThat(request.action()).isEqualTo(GroupJoinRequest.Action.CREATED);
            assertThat(request.participant().isCalled(bob.jid())).isTrue();
        });
        assertThat(done(alice.socket().groups().requestParticipantsList(group)))
                .extracting(JoinRequest::id)
                .containsExactly(lid(bob));
        List<ParticipantResult> let =
                done(alice.socket().groups().requestParticipantsUpdate(group, List.of(bob.jid()), true));
        assertThat(only(let).isDone()).isTrue();
        assertThat(arrivals.awaitCount(1).get(0).group().id()).isEqualTo(group);
    }

    @Test
    void givenASteadyGroup_whenMessagesAreSentAndItChanges_thenTheServerIsNotAskedForIt() throws Exception {
        Jid group = groupOfBoth();
        arrivals.awaitCount(1);

        for (int i = 0; i < 3; i++) {
            done(alice.socket().sendMessage(group, Content.text("turn " + i)));
            done(bob.socket().sendMessage(group, Content.text("answer " + i)));
            done(alice.socket().groups().updateSubject(group, "Birds " + i));
        }

        assertThat(server.journal()
                        .entries(entry -> entry.is(Direction.IN, "iq")
                                && entry.stanza().child("query") != null
                                && "w:g2".equals(entry.stanza().attr("xmlns"))))
                .isEmpty();
    }

    @Test
    void givenAMemberThatIsAway_whenTheGroupChanges_thenItIsToldAtItsReturnByEventAndMessage() throws Exception {
        Jid group = groupOfBoth();
        arrivals.awaitCount(1);
        bob.close();
        done(alice.socket().groups().updateSubject(group, "While away"));

        bob = Client.connect(server, "bob", Client.config(server, bobsStore).build());
        changes = Heard.on(bob.socket(), GroupEvents.GROUPS_UPDATE);
        messages = bob.messages();

        assertThat(awaitStub(StubType.GROUP_CHANGE_SUBJECT).stub().orElseThrow().parameters())
                .containsExactly("While away");
        assertThat(done(bob.socket().groups().metadata(group)).subject()).isEqualTo("While away");
    }

    @Test
    void givenAMember_whenItTakesALabel_thenTheOtherIsTold() throws Exception {
        Jid group = groupOfBoth();
        Heard<GroupMemberTagUpdate> tags = Heard.on(bob.socket(), GroupEvents.GROUP_MEMBER_TAG_UPDATE);

        done(alice.socket().groups().updateMemberLabel(group, "Feeds the birds"));

        GroupMemberTagUpdate tag = tags.awaitCount(1).get(0);
        assertThat(tag.label()).isEqualTo("Feeds the birds");
        assertThat(tag.groupId()).isEqualTo(group);
        assertThat(tag.participant()).isEqualTo(lid(alice));
    }

    private Jid groupOfBoth() throws Exception {
        return done(alice.socket().groups().create("Birds", List.of(bob.jid())))
                .metadata()
                .id();
    }

    private List<ParticipantResult> update(Jid group, Client who, ParticipantAction action) throws Exception {
        return done(alice.socket().groups().participantsUpdate(group, List.of(who.jid()), action));
    }

    private GroupParticipant assertMember(ParticipantAction action, Client who) {
        GroupParticipantsUpdate told = members.await(update -> update.action() == action);
        assertThat(told.author()).contains(lid(alice));
        assertThat(told.participants()).hasSize(1);
        assertThat(told.participants().get(0).isCalled(who.jid())).isTrue();
        return told.participants().get(0);
    }

    private <C extends GroupChange> C changed(Class<C> kind) {
        return kind.cast(
                changes.await(update -> kind.isInstance(update.change())).change());
    }

    private WebMessage awaitStub(StubType type) {
        return messages.await(
                message -> message.stub().filter(stub -> stub.type() == type).isPresent());
    }

    private static Jid lid(Client client) {
        return client.socket().lid().orElseThrow().withoutDevice();
    }

    private static ParticipantResult only(List<ParticipantResult> results) {
        assertThat(results).hasSize(1);
        return results.get(0);
    }

    private static <T> T done(CompletableFuture<T> future) throws Exception {
        return future.get(Client.PATIENCE_SECONDS, SECONDS);
    }
}
