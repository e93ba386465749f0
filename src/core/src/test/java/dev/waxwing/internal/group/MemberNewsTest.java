package dev.waxwing.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.group.GroupMetadata;
import dev.waxwing.group.GroupParticipant;
import dev.waxwing.group.ParticipantAction;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.model.Jid;
import dev.waxwing.store.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Members that no notice told of are told. */
final class MemberNewsTest {

    private static final Jid GROUP = Jid.group("120363000000000001");
    private static final Jid ALICE = Jid.lid("100000000000001");
    private static final Jid BOB = Jid.lid("200000000000002");
    private static final Jid BOB_PN = Jid.phone("15551230002");
    private static final Jid SPY = Jid.lid("300000000000003");

    private final MemoryStore store = MemoryStore.create();
    private final LidMappings people = new LidMappings(store, new SignalSessions(store, new CredentialsStore(store)));
    private final List<String> told = new ArrayList<>();
    private final MemberNews news = new MemberNews(
            people,
            (group, action, who) -> told.add(
                    action + " " + who.stream().map(GroupParticipant::id).toList()));

    @BeforeEach
    void haveCredentials() {
        new CredentialsStore(store).loadOrCreate();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void givenAList_whenTheNextHasOthers_thenThoseWhoCameAndWentAreTold() {
        news.listed(list(ALICE, BOB));
        assertThat(told).isEmpty();

        news.listed(list(ALICE, SPY));

        assertThat(told).containsExactly("REMOVE " + List.of(BOB), "ADD " + List.of(SPY));
    }

    @Test
    void givenAMemberThatANoticeTold_whenItIsListedAndWrittenTo_thenNothingIsTold() {
        news.listed(list(ALICE));
        news.announced(GROUP, ParticipantAction.ADD, List.of(GroupParticipant.of(BOB)));

        news.listed(list(ALICE, BOB));
        news.reached(GROUP, Set.of(BOB), null);

        assertThat(told).isEmpty();
    }

    @Test
    void givenAMemberThatANoticeRemoved_whenItIsListedStill_thenItIsTold() {
        news.listed(list(ALICE, BOB));
        news.announced(GROUP, ParticipantAction.REMOVE, List.of(GroupParticipant.of(BOB)));
        assertThat(told).isEmpty();

        news.listed(list(ALICE, BOB));

        assertThat(told).containsExactly("ADD " + List.of(BOB));
    }

    @Test
    void givenAPersonNoMessageWentTo_whenTheNextOneDoes_thenItIsToldOnce() {
        news.listed(list(ALICE, SPY));
        assertThat(told).isEmpty();

        news.reached(GROUP, Set.of(SPY), list(ALICE, SPY));
        news.reached(GROUP, Set.of(SPY), list(ALICE, SPY));

        assertThat(told).containsExactly("ADD " + List.of(SPY));
    }

    @Test
    void givenAListByNumber_whenTheNextIsByLid_thenTheSamePeopleAreNoNews() {
        news.listed(list(ALICE, BOB_PN));
        people.learnAll(Map.of(BOB, BOB_PN));

        news.listed(list(ALICE, BOB));

        assertThat(told).isEmpty();
    }

    @Test
    void givenAGroupThatThisAccountLeft_whenItIsInAgain_thenTheListIsAFirstOne() {
        news.listed(list(ALICE, BOB));
        news.left(GROUP);

        news.listed(list(ALICE, SPY));

        assertThat(told).isEmpty();
    }

    private static GroupMetadata list(Jid... members) {
        return GroupMetadata.builder(GROUP)
                .participants(Stream.of(members).map(GroupParticipant::of).toList())
                .build();
    }
}
