package dev.waxwing.internal.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.group.GroupMetadata;
import dev.waxwing.group.GroupMetadataCache;
import dev.waxwing.group.GroupParticipant;
import dev.waxwing.group.GroupSwitch;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.stream.PlayedStream;
import dev.waxwing.model.Jid;
import dev.waxwing.store.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is known of groups, with the test in the place of the server. */
final class CachedGroupsTest {

    private static final Jid GROUP = Jid.group("120363000000000001");
    private static final Jid ALICE = Jid.lid("100000000000001");
    private static final Jid ALICE_PN = Jid.phone("15551230001");
    private static final Jid BOB = Jid.lid("200000000000002");

    private final MemoryStore store = MemoryStore.create();
    private final LidMappings people = new LidMappings(store, new SignalSessions(store, new CredentialsStore(store)));
    private final PlayedStream stream = new PlayedStream();
    private final AtomicLong nanos = new AtomicLong();
    private final CachedGroups groups = directory(new MemoryGroupMetadata(10, Duration.ofHours(1), nanos::get));

    @BeforeEach
    void haveCredentials() {
        new CredentialsStore(store).loadOrCreate();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private CachedGroups directory(GroupMetadataCache cache) {
        return new CachedGroups(stream, people, Runnable::run, cache);
    }

    @Test
    void givenAGroupNobodyAskedFor_whenAskedTwiceAtOnce_thenOneQueryAnswersBothAndAllWhoComeLater() {
        CompletableFuture<GroupMetadata> first = groups.metadata(GROUP);
        CompletableFuture<GroupMetadata> second = groups.metadata(GROUP);
        PlayedStream.Unanswered query = onlyQuery();
        assertThat(query.iq().attr("xmlns")).isEqualTo("w:g2");
        assertThat(query.iq().jid("to")).isEqualTo(GROUP);
        answer(query, group("1", ALICE, ALICE_PN));

        assertThat(first.join())
                .isEqualTo(second.join())
                .isEqualTo(groups.metadata(GROUP).join());
        assertThat(stream.takeRequests()).isEmpty();
        assertThat(people.counterpart(ALICE)).contains(ALICE_PN);
    }

    @Test
    void givenAKnownGroup_whenANoticeChangesIt_thenNobodyIsAsked() {
        known();

        groups.change(GROUP, known -> known.toBuilder().subject("new").build());

        assertThat(groups.metadata(GROUP).join().subject()).isEqualTo("new");
        assertThat(stream.takeRequests()).isEmpty();
    }

    @Test
    void givenAKnownGroup_whenAChangeCannotBeApplied_thenItIsAskedForAnew() {
        known();

        groups.change(GROUP, known -> null);
        groups.metadata(GROUP);

        assertThat(stream.takeRequests()).hasSize(1);
    }

    @Test
    void givenAQueryUnderWay_whenANoticeComes_thenTheOlderAnswerIsNotUsed() {
        CompletableFuture<GroupMetadata> asked = groups.metadata(GROUP);
        PlayedStream.Unanswered older = onlyQuery();
        groups.change(GROUP, known -> known);

        answer(older, group("1", ALICE, ALICE_PN));
        assertThat(asked).isNotDone();
        answer(onlyQuery(), group("2", BOB, null));

        assertThat(asked.join().participants()).extracting(GroupParticipant::id).containsExactly(BOB);
        assertThat(groups.known(GROUP)).contains(asked.join());
    }

    @Test
    void givenAGroupThatKeepsChanging_whenAsked_thenTheThirdAnswerMustDo() {
        CompletableFuture<GroupMetadata> asked = groups.metadata(GROUP);
        for (int i = 1; i <= 3; i++) {
            groups.forget(GROUP);
            answer(onlyQuery(), group(Integer.toString(i), ALICE, ALICE_PN));
        }

        assertThat(asked.join().participantVersion()).contains("3");
        assertThat(groups.known(GROUP)).isEmpty();
        assertThat(stream.takeRequests()).isEmpty();
    }

    @Test
    void givenARefusal_whenAskedAgain_thenTheServerIsAskedAgain() {
        CompletableFuture<GroupMetadata> asked = groups.metadata(GROUP);
        onlyQuery().answer().completeExceptionally(new ServerRefusedException("iq", 403, "forbidden", null));

        assertThatThrownBy(asked::join).hasCauseInstanceOf(ServerRefusedException.class);
        groups.metadata(GROUP);

        assertThat(stream.takeRequests()).hasSize(1);
    }

    @Test
    void givenAnAnswerThatIsNoGroup_whenAsked_thenTheLookUpFails() {
        CompletableFuture<GroupMetadata> asked = groups.metadata(GROUP);
        onlyQuery().answer().complete(Node.builder("iq").build());

        assertThatThrownBy(asked::join).hasCauseInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void givenAnAnswerAboutAnotherGroup_whenAsked_thenTheLookUpFailsAndNothingIsRemembered() {
        CompletableFuture<GroupMetadata> asked = groups.metadata(GROUP);
        Jid other = Jid.group("120363000000000009");
        onlyQuery()
                .answer()
                .complete(Node.builder("iq")
                        .child(Node.builder("group").attr("id", other).build())
                        .build());

        assertThatThrownBy(asked::join).hasCauseInstanceOf(ProtocolViolationException.class);
        assertThat(groups.known(other)).isEmpty();
        assertThat(groups.known(GROUP)).isEmpty();
    }

    @Test
    void givenAKnownGroup_whenItsTimeIsOver_thenTheServerIsAsked() {
        known();

        nanos.addAndGet(Duration.ofMinutes(61).toNanos());
        groups.metadata(GROUP);

        assertThat(stream.takeRequests()).hasSize(1);
    }

    @Test
    void givenMoreMembersThanAreRemembered_whenAGroupIsTooLarge_thenItIsNotKept() {
        GroupMetadata.Builder large = GroupMetadata.builder(GROUP);
        large.participants(java.util.stream.IntStream.range(0, 11)
                .mapToObj(i -> GroupParticipant.of(Jid.lid("30000000000000" + i)))
                .toList());

        groups.remember(large.build());

        assertThat(groups.known(GROUP)).isEmpty();
    }

    @Test
    void givenACacheThatThrows_whenAsked_thenTheServerAnswers() {
        CachedGroups over = directory(new GroupMetadataCache() {
            @Override
            public Optional<GroupMetadata> get(Jid group) {
                throw new IllegalStateException("down");
            }

            @Override
            public void put(GroupMetadata metadata) {
                throw new IllegalStateException("down");
            }

            @Override
            public void remove(Jid group) {
                throw new IllegalStateException("down");
            }
        });

        CompletableFuture<GroupMetadata> asked = over.metadata(GROUP);
        answer(onlyQuery(), group("1", ALICE, ALICE_PN));

        assertThat(asked.join().is(GroupSwitch.ANNOUNCE)).isTrue();
    }

    @Test
    void givenAKnownGroup_whenItsNameChanges_thenSendingIsGivenTheSamePeopleAndOthersWhenSomebodyComes() {
        known();
        GroupParticipants before = groups.participants(GROUP).join();

        groups.change(GROUP, known -> known.toBuilder().subject("new").build());
        assertThat(groups.participants(GROUP).join()).isSameAs(before);
        groups.change(
                GROUP,
                known -> known.toBuilder()
                        .participants(List.of(GroupParticipant.of(ALICE), GroupParticipant.of(BOB)))
                        .build());

        assertThat(groups.participants(GROUP).join().members()).containsExactly(ALICE, BOB);
    }

    private void known() {
        groups.metadata(GROUP);
        answer(onlyQuery(), group("1", ALICE, ALICE_PN));
    }

    private PlayedStream.Unanswered onlyQuery() {
        List<PlayedStream.Unanswered> queries = stream.takeRequests();
        assertThat(queries).hasSize(1);
        return queries.get(0);
    }

    private static void answer(PlayedStream.Unanswered query, Node group) {
        query.answer().complete(Node.builder("iq").child(group).build());
    }

    private static Node group(String version, Jid member, @org.jspecify.annotations.Nullable Jid phone) {
        return Node.builder("group")
                .attr("id", GROUP.user())
                .attr("p_v_id", version)
                .child(Node.builder("announcement").build())
                .child(Node.builder("participant")
                        .attr("jid", member)
                        .attrIfPresent("phone_number", phone)
                        .build())
                .build();
    }
}
