package dev.waxwing.internal.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.waxwing.group.CreatedGroup;
import dev.waxwing.group.GroupChange;
import dev.waxwing.group.GroupInvite;
import dev.waxwing.group.GroupMetadata;
import dev.waxwing.group.GroupParticipant;
import dev.waxwing.group.GroupSwitch;
import dev.waxwing.group.Groups;
import dev.waxwing.group.ParticipantAction;
import dev.waxwing.group.ParticipantResult;
import dev.waxwing.group.WhoMay;
import dev.waxwing.internal.account.Availability;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.stream.PlayedStream;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.SystemTimer;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.RawContent;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.e2e.GroupInviteMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.store.MemoryStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is asked of the server for a call, what is made of its answer, and what is refused before. */
final class GroupAreaTest {

    private static final Jid GROUP = Jid.group("120363000000000001");
    private static final Jid ALICE = Jid.lid("100000000000001");
    private static final Jid ALICE_PN = Jid.phone("15551230001");
    private static final Jid BOB = Jid.lid("200000000000002");
    private static final Jid BOB_PN = Jid.phone("15551230002");
    private static final GroupInvite INVITE = new GroupInvite(GROUP, "CODE", Instant.ofEpochSecond(1_760_000_000), BOB);

    private final MemoryStore store = MemoryStore.create();
    private final LidMappings people = new LidMappings(store, new SignalSessions(store, new CredentialsStore(store)));
    private final AccountThreads threads =
            AccountThreads.builder().executor(Runnable::run).build();
    private final PlayedStream stream = new PlayedStream();
    private final CachedGroups groups =
            new CachedGroups(stream, people, Runnable::run, new MemoryGroupMetadata(1_000, Duration.ofDays(1)));
    private final List<Content> sent = new ArrayList<>();
    private final GroupArea area = new GroupArea(
            new AreaContext(
                    () -> new Self(Optional.of(ALICE_PN), Optional.of(ALICE), Optional.empty()),
                    new Availability(false),
                    people,
                    stream,
                    store,
                    new EventDispatcher(Runnable::run, new SystemTimer()),
                    threads,
                    Clock.systemUTC()),
            groups,
            messages -> {},
            (to, content) -> {
                sent.add(content);
                return CompletableFuture.completedFuture(new SentMessage(MessageKey.of(to, true, "A1"), Instant.EPOCH));
            });

    @BeforeEach
    void haveCredentials() {
        new CredentialsStore(store).loadOrCreate();
        people.learn(BOB, BOB_PN);
    }

    @AfterEach
    void close() {
        threads.close();
        store.close();
    }

    @Test
    void givenAPersonByNumber_whenAdded_thenNamedByLidWithTheNumberBesideAndTheGroupThatIsKnownHasThePerson() {
        known();
        CompletableFuture<List<ParticipantResult>> result =
                area.participantsUpdate(GROUP, List.of(BOB_PN.withDevice(3), BOB_PN), ParticipantAction.ADD);

        PlayedStream.Unanswered asked = onlyRequest();
        assertThat(asked.iq().jid("to")).isEqualTo(GROUP);
        List<Node> named = asked.iq().requireChild("add").children("participant");
        assertThat(named).hasSize(1);
        assertThat(named.get(0).jid("jid")).isEqualTo(BOB);
        assertThat(named.get(0).jid("phone_number")).isEqualTo(BOB_PN);
        answer(
                asked,
                Node.builder("add")
                        .attr("p_v_id", "8")
                        .child(Node.builder("participant")
                                .attr("jid", BOB)
                                .attr("type", "200")
                                .build())
                        .build());

        assertThat(result.join()).allMatch(ParticipantResult::isDone);
        assertThat(groups.known(GROUP).orElseThrow().participant(BOB)).isPresent();
        assertThat(groups.known(GROUP).orElseThrow().participantVersion()).contains("8");
    }

    @Test
    void givenAPersonWhoMustBeInvited_whenAdded_thenTheResultHasWhatToSend() {
        CompletableFuture<List<ParticipantResult>> result =
                area.participantsUpdate(GROUP, List.of(BOB), ParticipantAction.ADD);
        answer(
                onlyRequest(),
                Node.builder("add")
                        .child(Node.builder("participant")
                                .attr("jid", BOB)
                                .attr("error", 403)
                                .child(Node.builder("add_request")
                                        .attr("code", "CODE")
                                        .attr("expiration", 1_760_000_000)
                                        .build())
                                .build())
                        .build());

        ParticipantResult refused = result.join().get(0);
        assertThat(refused.status()).isEqualTo(403);
        GroupInvite invite = refused.invite().orElseThrow();
        assertThat(invite).isEqualTo(new GroupInvite(GROUP, "CODE", Instant.ofEpochSecond(1_760_000_000), ALICE));
        area.sendInvite(BOB, invite, "Come in").join();
        GroupInviteMessage message = ((RawContent) sent.get(0)).message().getGroupInviteMessage();
        assertThat(message.getGroupJID()).isEqualTo(GROUP.toString());
        assertThat(message.getInviteExpiration()).isEqualTo(1_760_000_000);
    }

    @Test
    void givenAnInvitationInAMessage_whenReadAndUsed_thenTheServerGetsItsThreeParts() {
        WebMessage message = new WebMessage(
                MessageKey.of(BOB, false, "A1"),
                Instant.EPOCH,
                Optional.empty(),
                Message.newBuilder()
                        .setGroupInviteMessage(GroupInviteMessage.newBuilder()
                                .setGroupJID(GROUP.toString())
                                .setInviteCode("CODE")
                                .setInviteExpiration(1_760_000_000))
                        .build());

        assertThat(area.inviteOf(message)).contains(INVITE);
        CompletableFuture<Jid> joined = area.acceptInvite(INVITE);
        Node accept = onlyRequestAnswered("group").requireChild("accept");

        assertThat(accept.attr("code")).isEqualTo("CODE");
        assertThat(accept.attr("expiration")).isEqualTo("1760000000");
        assertThat(accept.jid("admin")).isEqualTo(BOB);
        assertThat(joined.join()).isEqualTo(GROUP);
    }

    @Test
    void givenAMessageWithAnInvitationThatIsNone_whenRead_thenThereIsNone() {
        for (String group : List.of("", "nonsense", "15551230002@s.whatsapp.net")) {
            assertThat(area.inviteOf(new WebMessage(
                            MessageKey.of(BOB, false, "A1"),
                            Instant.EPOCH,
                            Optional.empty(),
                            Message.newBuilder()
                                    .setGroupInviteMessage(GroupInviteMessage.newBuilder()
                                            .setGroupJID(group)
                                            .setInviteCode("CODE")
                                            .setInviteExpiration(Long.MAX_VALUE))
                                    .build())))
                    .isEmpty();
        }
    }

    @Test
    void givenAPicture_whenSet_thenTheBytesGoAsTheyAreToThePictureOfTheGroup() {
        byte[] jpeg = {1, 2, 3};
        CompletableFuture<String> id = area.updatePicture(GROUP, jpeg);
        jpeg[0] = 9;

        PlayedStream.Unanswered asked = onlyRequest();
        assertThat(asked.iq().attr("xmlns")).isEqualTo("w:profile:picture");
        assertThat(asked.iq().jid("target")).isEqualTo(GROUP);
        assertThat(asked.iq().requireChild("picture").bytes()).containsExactly(1, 2, 3);
        answer(asked, Node.builder("picture").attr("id", "77").build());
        assertThat(id.join()).isEqualTo("77");

        area.removePicture(GROUP);
        assertThat(onlyRequest().iq().children()).isEmpty();
    }

    @Test
    void givenADescription_whenReplaced_thenTheOneBeforeIsNamed() {
        CompletableFuture<Void> done = area.updateDescription(GROUP, "new");
        PlayedStream.Unanswered query = onlyRequest();
        answer(
                query,
                Node.builder("group")
                        .attr("id", GROUP)
                        .child(Node.builder("description")
                                .attr("id", "D1")
                                .child(Node.builder("body").text("old").build())
                                .build())
                        .build());
        PlayedStream.Unanswered change = onlyRequest();
        assertThat(change.iq().requireChild("description").attr("prev")).isEqualTo("D1");
        answer(change, Node.builder("description").build());

        assertThat(done).isCompleted();
        assertThat(groups.known(GROUP).orElseThrow().description().orElseThrow().text())
                .isEqualTo("new");
    }

    @Test
    void givenAnAnswerOfAnotherShape_whenItComes_thenTheCallFailsAndNothingElse() {
        CompletableFuture<CreatedGroup> created = area.create("Birds", List.of());
        answer(onlyRequest(), Node.builder("nonsense").build());
        CompletableFuture<String> code = area.inviteCode(GROUP);
        answer(onlyRequest(), Node.builder("invite").build());
        CompletableFuture<List<GroupMetadata>> all = area.fetchAllParticipating();
        answer(
                onlyRequest(),
                Node.builder("groups").child(Node.builder("group").build()).build());

        assertThat(created).isCompletedExceptionally();
        assertThat(code).isCompletedExceptionally();
        assertThat(all).isCompletedExceptionally();
    }

    static Stream<Arguments> wrongCalls() {
        List<Jid> tooMany = IntStream.range(0, 1_025)
                .mapToObj(i -> Jid.phone("1555" + (1_000_000 + i)))
                .toList();
        return Stream.of(
                wrong("subject", g -> g.create(null, List.of())),
                wrong("subject must have 1 to 100", g -> g.create("", List.of())),
                wrong("subject must not be only space", g -> g.create("  ", List.of())),
                wrong("subject must have 1 to 100 characters but has 101", g -> g.create("x".repeat(101), List.of())),
                wrong("participants", g -> g.create("Birds", null)),
                wrong("each of participants", g -> g.create("Birds", Arrays.asList(BOB, null))),
                wrong("each of participants must be a person", g -> g.create("Birds", List.of(GROUP))),
                wrong("participants must be at most 1024", g -> g.create("Birds", tooMany)),
                wrong("group", g -> g.metadata(null)),
                wrong("group must be a group", g -> g.metadata(BOB)),
                wrong("group must be a group", g -> g.leave(Jid.parse("g.us"))),
                wrong("subject", g -> g.updateSubject(GROUP, "x".repeat(101))),
                wrong("group", g -> g.updateSubject(BOB, "Birds")),
                wrong("description", g -> g.updateDescription(GROUP, null)),
                wrong("description must have 0 to 2048", g -> g.updateDescription(GROUP, "x".repeat(2_049))),
                wrong("jpeg", g -> g.updatePicture(GROUP, null)),
                wrong("jpeg must be 1 to", g -> g.updatePicture(GROUP, new byte[0])),
                wrong("jpeg must be 1 to", g -> g.updatePicture(GROUP, new byte[(1 << 20) + 1])),
                wrong("group", g -> g.removePicture(null)),
                wrong(
                        "participants must not be empty",
                        g -> g.participantsUpdate(GROUP, List.of(), ParticipantAction.ADD)),
                wrong("action", g -> g.participantsUpdate(GROUP, List.of(BOB), null)),
                wrong("action must be", g -> g.participantsUpdate(GROUP, List.of(BOB), ParticipantAction.MODIFY)),
                wrong("group", g -> g.inviteCode(null)),
                wrong("group", g -> g.revokeInvite(BOB)),
                wrong("code", g -> g.acceptInvite((String) null)),
                wrong("code must be 1 to 256", g -> g.acceptInvite("")),
                wrong("code must be 1 to 256", g -> g.acceptInvite("a b")),
                wrong("code must be 1 to 256", g -> g.acceptInvite("x".repeat(257))),
                wrong("code must be 1 to 256", g -> g.getInviteInfo("https://chat.whatsapp.com/")),
                wrong("to must be a person", g -> g.sendInvite(GROUP, INVITE, "")),
                wrong("invite", g -> g.sendInvite(BOB, null, "")),
                wrong("caption must have 0 to 4096", g -> g.sendInvite(BOB, INVITE, "x".repeat(4_097))),
                wrong("invite", g -> g.acceptInvite((GroupInvite) null)),
                wrong("invited must be a person", g -> g.revokeInvite(GROUP, GROUP)),
                wrong("group", g -> g.requestParticipantsList(null)),
                wrong(
                        "participants must not be empty",
                        g -> g.requestParticipantsUpdate(GROUP, Collections.emptySet(), true)),
                wrong("which", g -> g.settingUpdate(GROUP, null, true)),
                wrong("which must be", g -> g.settingUpdate(GROUP, GroupSwitch.SUSPENDED, true)),
                wrong("mode", g -> g.memberMode(GROUP, null, WhoMay.ADMINS)),
                wrong("who", g -> g.memberMode(GROUP, GroupChange.Mode.ADD, null)),
                wrong("expiration", g -> g.toggleEphemeral(GROUP, null)),
                wrong("expiration must be", g -> g.toggleEphemeral(GROUP, Duration.ofSeconds(-1))),
                wrong("expiration must be", g -> g.toggleEphemeral(GROUP, Duration.ofSeconds(Long.MAX_VALUE))),
                wrong("label must have 0 to 30", g -> g.updateMemberLabel(GROUP, "x".repeat(31))),
                wrong("message", g -> g.inviteOf(null)),
                wrong("group must be a group", g -> new GroupInvite(BOB, "C", Instant.EPOCH, BOB)),
                wrong("code must have 1 to 256", g -> new GroupInvite(GROUP, "", Instant.EPOCH, BOB)),
                wrong("admin must be a person", g -> new GroupInvite(GROUP, "C", Instant.EPOCH, GROUP)));
    }

    private static Arguments wrong(String expected, Consumer<Groups> call) {
        return arguments(expected, call);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongCalls")
    void givenAWrongArgument_whenCalled_thenRefusedAtTheCallWithItsName(String expected, Consumer<Groups> call) {
        assertThatThrownBy(() -> call.accept(area))
                .isInstanceOfAny(NullPointerException.class, IllegalArgumentException.class)
                .hasMessageContaining(expected);
        assertThat(stream.takeRequests()).isEmpty();
        assertThat(sent).isEmpty();
    }

    private void known() {
        groups.remember(GroupMetadata.builder(GROUP)
                .participantVersion("7")
                .participants(List.of(GroupParticipant.of(ALICE)))
                .build());
    }

    private PlayedStream.Unanswered onlyRequest() {
        List<PlayedStream.Unanswered> requests = stream.takeRequests();
        assertThat(requests).hasSize(1);
        return requests.get(0);
    }

    private Node onlyRequestAnswered(String tag) {
        PlayedStream.Unanswered asked = onlyRequest();
        answer(asked, Node.builder(tag).build());
        return asked.iq();
    }

    private static void answer(PlayedStream.Unanswered asked, Node child) {
        asked.answer().complete(Node.builder("iq").child(child).build());
    }
}
