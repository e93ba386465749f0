package dev.waxwing.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.StoreFailedException;
import dev.waxwing.event.EventKey;
import dev.waxwing.group.GroupChange;
import dev.waxwing.group.GroupEvents;
import dev.waxwing.group.GroupJoinRequest;
import dev.waxwing.group.GroupMetadata;
import dev.waxwing.group.GroupParticipant;
import dev.waxwing.group.GroupParticipantsUpdate;
import dev.waxwing.group.GroupRole;
import dev.waxwing.group.GroupSwitch;
import dev.waxwing.group.GroupUpdate;
import dev.waxwing.group.GroupsUpsert;
import dev.waxwing.group.ParticipantAction;
import dev.waxwing.group.WhoMay;
import dev.waxwing.internal.account.Availability;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.area.SystemMessage;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.stream.PlayedStream;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.SystemTimer;
import dev.waxwing.model.Jid;
import dev.waxwing.model.content.StubMessage;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.web.WebMessageInfo.StubType;
import dev.waxwing.store.MemoryStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Notices of groups, in the forms that the peers read, and what they come to. */
final class GroupNoticesTest {

    private static final Jid GROUP = Jid.group("120363000000000001");
    private static final Jid ALICE = Jid.lid("100000000000001");
    private static final Jid ALICE_PN = Jid.phone("15551230001");
    private static final Jid BOB = Jid.lid("200000000000002");
    private static final Jid BOB_PN = Jid.phone("15551230002");
    private static final Jid CAROL = Jid.lid("300000000000003");
    private static final Instant TIME = Instant.ofEpochSecond(1_760_000_000);

    private final MemoryStore store = MemoryStore.create();
    private final LidMappings people = new LidMappings(store, new SignalSessions(store, new CredentialsStore(store)));
    private final AccountThreads threads =
            AccountThreads.builder().executor(Runnable::run).build();
    private final EventDispatcher events = new EventDispatcher(Runnable::run, new SystemTimer());
    private final PlayedStream stream = new PlayedStream();
    private final CachedGroups groups =
            new CachedGroups(stream, people, Runnable::run, new MemoryGroupMetadata(1_000, Duration.ofDays(1)));
    private final List<SystemMessage> inbox = new ArrayList<>();
    private boolean storeFails;
    private final GroupNotices notices = new GroupNotices(
            new AreaContext(
                    () -> new Self(Optional.of(ALICE_PN), Optional.of(ALICE), Optional.empty()),
                    new Availability(false),
                    people,
                    stream,
                    store,
                    events,
                    threads,
                    Clock.systemUTC()),
            groups,
            messages -> {
                if (storeFails) {
                    throw new StoreFailedException("the test's store fails", null);
                }
                inbox.addAll(messages);
            });
    private final List<Object> heard = new ArrayList<>();

    @BeforeEach
    void known() {
        new CredentialsStore(store).loadOrCreate();
        groups.remember(GroupMetadata.builder(GROUP)
                .subject("Birds")
                .participantVersion("7")
                .participants(List.of(GroupParticipant.of(ALICE), GroupParticipant.of(BOB)))
                .build());
        hear(GroupEvents.GROUPS_UPDATE);
        hear(GroupEvents.GROUPS_UPSERT);
        hear(GroupEvents.GROUP_PARTICIPANTS_UPDATE);
        hear(GroupEvents.GROUP_JOIN_REQUEST);
    }

    private void hear(EventKey<?> key) {
        events.on(key, heard::add);
    }

    @AfterEach
    void close() {
        threads.close();
        store.close();
    }

    @Test
    void givenAPicture_whenItIsSetOrTakenAway_thenMessageAndEventSaySo() {
        for (boolean set : new boolean[] {true, false}) {
            heard.clear();
            inbox.clear();
            notices.pictured(Node.builder("notification")
                            .attr("from", GROUP)
                            .attr("type", "picture")
                            .attr("id", "P" + set)
                            .attr("t", TIME.getEpochSecond())
                            .child(Node.builder(set ? "set" : "delete")
                                    .attr("jid", GROUP)
                                    .attrIfPresent("id", set ? "1700000001" : null)
                                    .attr("author", BOB)
                                    .build())
                            .build())
                    .toCompletableFuture()
                    .join();

            GroupUpdate update = only(GroupUpdate.class);
            assertThat(update.author()).contains(BOB);
            assertThat(update.change())
                    .isEqualTo(new GroupChange.Picture(set ? Optional.of("1700000001") : Optional.empty()));
            if (set) {
                assertStub(StubType.GROUP_CHANGE_ICON, "1700000001");
            } else {
                assertStub(StubType.GROUP_CHANGE_ICON);
            }
        }
    }

    @Test
    void givenAPictureOfAPerson_whenToldHere_thenItIsAcknowledgedAndNothingElse() {
        notices.pictured(Node.builder("notification")
                        .attr("from", BOB)
                        .attr("type", "picture")
                        .attr("id", "P")
                        .child(Node.builder("delete").build())
                        .build())
                .toCompletableFuture()
                .join();

        assertThat(heard).isEmpty();
        assertThat(inbox).isEmpty();
    }

    @Test
    void givenAKnownGroup_whenSomebodyIsAdded_thenEventMessageAndMemoryHaveThePerson() {
        told(node("add")
                .attr("prev_v_id", "7")
                .attr("v_id", "8")
                .attr("reason", "invite")
                .child(participant(CAROL, null))
                .build());

        GroupParticipantsUpdate update = only(GroupParticipantsUpdate.class);
        assertThat(update.action()).isEqualTo(ParticipantAction.ADD);
        assertThat(update.author()).contains(BOB);
        assertThat(update.authorAlt()).contains(BOB_PN);
        assertThat(update.time()).isEqualTo(TIME);
        assertThat(update.reason()).contains("invite");
        assertThat(update.participants()).extracting(GroupParticipant::id).containsExactly(CAROL);
        assertStub(StubType.GROUP_PARTICIPANT_ADD, CAROL.toString());
        assertThat(inbox.get(0).key().id()).isEqualTo("N1");
        assertThat(inbox.get(0).key().participant()).contains(BOB);
        assertThat(inbox.get(0).key().fromMe()).isFalse();
        GroupMetadata now = groups.known(GROUP).orElseThrow();
        assertThat(now.participantVersion()).contains("8");
        assertThat(now.participants()).extracting(GroupParticipant::id).containsExactly(ALICE, BOB, CAROL);
    }

    @Test
    void givenAKnownGroup_whenTheSameNoticeComesAgain_thenNobodyIsInItTwice() {
        Node added = node("add")
                .attr("prev_v_id", "7")
                .attr("v_id", "8")
                .child(participant(CAROL, null))
                .build();

        told(added);
        told(added);

        assertThat(groups.known(GROUP).orElseThrow().participants()).hasSize(3);
    }

    @Test
    void givenAKnownGroup_whenANoticeChangesAnotherVersion_thenItIsForgotten() {
        told(node("remove")
                .attr("prev_v_id", "9")
                .attr("v_id", "10")
                .child(participant(BOB, null))
                .build());

        assertThat(groups.known(GROUP)).isEmpty();
    }

    @Test
    void givenAMember_whenPromotedAndDemoted_thenTheRoleFollows() {
        told(node("promote").child(participant(BOB, "admin")).build());
        assertThat(groups.known(GROUP)
                        .orElseThrow()
                        .participant(BOB)
                        .orElseThrow()
                        .role())
                .isEqualTo(GroupRole.ADMIN);

        told(node("demote").child(participant(BOB, null)).build());

        assertThat(groups.known(GROUP)
                        .orElseThrow()
                        .participant(BOB)
                        .orElseThrow()
                        .role())
                .isEqualTo(GroupRole.MEMBER);
        assertThat(inbox)
                .extracting(message -> message.stub().type())
                .containsExactly(StubType.GROUP_PARTICIPANT_PROMOTE, StubType.GROUP_PARTICIPANT_DEMOTE);
    }

    @Test
    void givenAMember_whenThePersonIsTheAuthorOfTheRemoval_thenItLeft() {
        told(node("remove").child(participant(BOB, null)).build());

        assertStub(StubType.GROUP_PARTICIPANT_LEAVE, BOB.toString());
        assertThat(groups.known(GROUP).orElseThrow().participants()).hasSize(1);
    }

    @Test
    void givenThisAccount_whenRemoved_thenTheGroupIsForgotten() {
        told(node("remove").child(participant(ALICE, null)).build());

        assertStub(StubType.GROUP_PARTICIPANT_REMOVE, ALICE.toString());
        assertThat(groups.known(GROUP)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "announcement, ANNOUNCE, true, GROUP_CHANGE_ANNOUNCE",
        "not_announcement, ANNOUNCE, false, GROUP_CHANGE_ANNOUNCE",
        "locked, RESTRICT, true, GROUP_CHANGE_RESTRICT",
        "unlocked, RESTRICT, false, GROUP_CHANGE_RESTRICT",
        "growth_locked, GROWTH_LOCKED, true, GROUP_INVITE_LINK_GROWTH_LOCKED",
        "growth_unlocked, GROWTH_LOCKED, false, GROUP_INVITE_LINK_GROWTH_LOCKED",
        "no_frequently_forwarded, NO_FREQUENTLY_FORWARDED, true, GROUP_CHANGE_NO_FREQUENTLY_FORWARDED",
        "frequently_forwarded_ok, NO_FREQUENTLY_FORWARDED, false, GROUP_CHANGE_NO_FREQUENTLY_FORWARDED",
        "group_history, GROUP_HISTORY, true, GROUP_CHANGE_RECENT_HISTORY_SHARING",
        "no_group_history, GROUP_HISTORY, false, GROUP_CHANGE_RECENT_HISTORY_SHARING"
    })
    void givenAKnownGroup_whenASwitchIsTurned_thenEventMessageAndMemorySaySo(
            String tag, GroupSwitch which, boolean on, StubType stub) {
        told(node(tag).build());

        assertThat(change()).isEqualTo(new GroupChange.Switched(which, on));
        assertStub(stub, on ? "on" : "off");
        assertThat(groups.known(GROUP).orElseThrow().is(which)).isEqualTo(on);
    }

    @ParameterizedTest
    @CsvSource({
        "suspended, SUSPENDED, true",
        "unsuspended, SUSPENDED, false",
        "allow_admin_reports, ADMIN_REPORTS, true",
        "not_allow_admin_reports, ADMIN_REPORTS, false"
    })
    void givenAKnownGroup_whenASwitchWithoutAMessageIsTurned_thenEventAndMemorySaySo(
            String tag, GroupSwitch which, boolean on) {
        told(node(tag).build());

        assertThat(change()).isEqualTo(new GroupChange.Switched(which, on));
        assertThat(inbox).isEmpty();
        assertThat(groups.known(GROUP).orElseThrow().is(which)).isEqualTo(on);
    }

    @Test
    void givenAMember_whenItHasAnotherNumber_thenItIsToldAndTheGroupIsAskedForAnew() {
        told(node("modify").child(participant(CAROL, null)).build());

        GroupParticipantsUpdate update = only(GroupParticipantsUpdate.class);
        assertThat(update.action()).isEqualTo(ParticipantAction.MODIFY);
        assertThat(update.participants()).extracting(GroupParticipant::id).containsExactly(CAROL);
        assertStub(StubType.GROUP_PARTICIPANT_CHANGE_NUMBER, CAROL.toString());
        assertThat(groups.known(GROUP)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"delete_parent, COMMUNITY_PARENT_GROUP_DELETED", "integrity, GROUP_DELETE"})
    void givenAGroup_whenItIsDeleted_thenEventAndMessageSayWhy(String reason, StubType stub) {
        told(node("delete").attr("reason", reason).build());

        assertThat(change()).isEqualTo(new GroupChange.Deleted(Optional.of(reason)));
        assertStub(stub);
        assertThat(groups.known(GROUP)).isEmpty();
    }

    @Test
    void givenAKnownGroup_whenItsNameDescriptionModesAndTimerChange_thenAllAreReadInOrder() {
        told(
                node("subject")
                        .attr("subject", "Waxwings")
                        .attr("s_t", 1_760_000_001)
                        .build(),
                node("description")
                        .attr("id", "D1")
                        .child(Node.builder("body").text("berries").build())
                        .build(),
                node("member_add_mode").text("admin_add").build(),
                node("membership_approval_mode")
                        .child(Node.builder("group_join").attr("state", "on").build())
                        .build(),
                node("ephemeral").attr("expiration", 86_400).build());

        assertThat(heard).hasSize(5);
        GroupMetadata now = groups.known(GROUP).orElseThrow();
        assertThat(now.subject()).isEqualTo("Waxwings");
        assertThat(now.subjectOwner()).contains(BOB);
        assertThat(now.description().orElseThrow().id()).contains("D1");
        assertThat(now.memberAddMode()).isEqualTo(WhoMay.ADMINS);
        assertThat(now.is(GroupSwitch.JOIN_APPROVAL)).isTrue();
        assertThat(now.ephemeralDuration()).contains(Duration.ofDays(1));
        assertThat(inbox)
                .extracting(message -> message.key().id())
                .containsExactly("N1", "N1-1", "N1-2", "N1-3", "N1-4");
        ProtocolMessage timer = inbox.get(4).message().getProtocolMessage();
        assertThat(timer.getType()).isEqualTo(ProtocolMessage.Type.EPHEMERAL_SETTING);
        assertThat(timer.getEphemeralExpiration()).isEqualTo(86_400);
    }

    @Test
    void givenADescription_whenItIsDeleted_thenThereIsNone() {
        told(node("description").child(Node.builder("delete").build()).build());

        assertThat(change()).isEqualTo(new GroupChange.Description(Optional.empty()));
        assertThat(groups.known(GROUP).orElseThrow().description()).isEmpty();
    }

    @Test
    void givenAnUnknownGroup_whenThisAccountIsAdded_thenItIsKnownAndTold() {
        groups.forget(GROUP);

        told(node("create")
                .child(Node.builder("group")
                        .attr("id", GROUP.user())
                        .attr("subject", "Birds")
                        .child(participant(ALICE, null))
                        .build())
                .build());

        assertThat(only(GroupsUpsert.class).group().subject()).isEqualTo("Birds");
        assertStub(StubType.GROUP_CREATE, "Birds");
        assertThat(groups.known(GROUP)).isPresent();
    }

    @Test
    void givenRequestsToJoin_whenMadeTakenBackAndRefused_thenEachIsTold() {
        told(node("created_membership_requests")
                .attr("request_method", "invite_link")
                .child(participant(CAROL, null))
                .build());
        told(node("revoked_membership_requests").child(participant(BOB, null)).build());
        told(node("revoked_membership_requests").child(participant(CAROL, null)).build());
        told(node("membership_approval_request")
                .attr("request_method", "linked_group_join")
                .build());

        assertThat(heard)
                .extracting(event -> ((GroupJoinRequest) event).action())
                .containsExactly(
                        GroupJoinRequest.Action.CREATED,
                        GroupJoinRequest.Action.REVOKED,
                        GroupJoinRequest.Action.REJECTED,
                        GroupJoinRequest.Action.CREATED);
        assertThat(((GroupJoinRequest) heard.get(3)).participant().id()).isEqualTo(BOB);
    }

    @Test
    void givenACommunity_whenAGroupIsLinked_thenTheGroupsAreNamedAndWhatIsKnownIsForgotten() {
        told(node("link")
                .attr("link_type", "sub_group")
                .child(Node.builder("group")
                        .attr("jid", "120363000000000002@g.us")
                        .build())
                .build());

        assertThat(change())
                .isInstanceOfSatisfying(
                        GroupChange.Linked.class,
                        link -> assertThat(link.groups()).containsExactly(Jid.group("120363000000000002")));
        assertStub(StubType.COMMUNITY_LINK_SUB_GROUP, "120363000000000002@g.us");
        assertThat(groups.known(GROUP)).isEmpty();
    }

    @Test
    void givenAChangeNobodyKnows_whenTold_thenItIsTypedBoundedAndTheGroupIsForgotten() {
        told(node("x".repeat(200)).build());

        assertThat(change()).isEqualTo(new GroupChange.Unknown("x".repeat(64)));
        assertThat(inbox).isEmpty();
        assertThat(groups.known(GROUP)).isEmpty();
    }

    @Test
    void givenAPartThatIsNoneOfItsKind_whenTold_thenTheOthersAreReadAndTheGroupIsForgotten() {
        told(node("add").build(), node("subject").attr("subject", "Waxwings").build());

        assertThat(change()).isEqualTo(new GroupChange.Subject("Waxwings"));
        assertThat(groups.known(GROUP)).isEmpty();
    }

    @Test
    void givenThousandsOfParts_whenTold_thenTheFirstAreRead() {
        Node[] parts = new Node[1_000];
        java.util.Arrays.fill(parts, node("locked").build());

        told(parts);

        assertThat(heard).hasSize(64);
    }

    @Test
    void givenAStoreThatFails_whenTold_thenNothingIsPublishedAndTheServerIsNotAcknowledged() {
        storeFails = true;

        CompletionStage<Acknowledgement> answer =
                notices.told(stanza(node("locked").build()));

        assertThat(answer.toCompletableFuture()).isCompletedExceptionally();
        assertThat(heard).isEmpty();
        assertThat(groups.known(GROUP).orElseThrow().is(GroupSwitch.RESTRICT)).isFalse();
    }

    private void told(Node... children) {
        assertThat(notices.told(stanza(children)).toCompletableFuture()).isCompletedWithValue(Acknowledgement.ACK);
    }

    private static Node stanza(Node... children) {
        return Node.builder("notification")
                .attr("type", "w:gp2")
                .attr("id", "N1")
                .attr("from", GROUP)
                .attr("participant", BOB)
                .attr("participant_pn", BOB_PN)
                .attr("t", TIME.getEpochSecond())
                .attr("notify", "Bob")
                .children(List.of(children))
                .build();
    }

    private static Node.Builder node(String tag) {
        return Node.builder(tag);
    }

    private static Node participant(Jid who, @org.jspecify.annotations.Nullable String type) {
        return Node.builder("participant")
                .attr("jid", who)
                .attrIfPresent("type", type)
                .build();
    }

    private GroupChange change() {
        return only(GroupUpdate.class).change();
    }

    private <T> T only(Class<T> type) {
        assertThat(heard).hasSize(1);
        return type.cast(heard.get(0));
    }

    private void assertStub(StubType type, String... parameters) {
        assertThat(inbox).hasSize(1);
        assertThat(inbox.get(0).stub()).isEqualTo(new StubMessage(type, List.of(parameters)));
    }
}
