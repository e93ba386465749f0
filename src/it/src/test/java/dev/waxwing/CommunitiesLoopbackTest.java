package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.community.LinkResult;
import dev.waxwing.community.LinkedGroup;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.group.GroupChange;
import dev.waxwing.group.GroupEvents;
import dev.waxwing.group.GroupKind;
import dev.waxwing.group.GroupMetadata;
import dev.waxwing.group.GroupParticipant;
import dev.waxwing.group.GroupUpdate;
import dev.waxwing.group.ParticipantResult;
import dev.waxwing.model.Jid;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A community, its groups and its people. */
final class CommunitiesLoopbackTest {

    private final LoopbackServer server = LoopbackServer.start();
    private Client alice;
    private Client bob;

    @BeforeEach
    void connect() throws Exception {
        alice = Client.open(server, "alice", MemoryStore.create());
        bob = Client.open(server, "bob", MemoryStore.create());
    }

    @AfterEach
    void stop() {
        alice.close();
        bob.close();
        server.close();
    }

    @Test
    void givenNothing_whenACommunityIsMade_thenItHasItsAnnouncementGroup() throws Exception {
        GroupMetadata community = done(alice.socket().communities().create("Forest", "All birds"));

        assertThat(community.kind()).isEqualTo(GroupKind.COMMUNITY);
        LinkedGroup announcements = done(alice.socket().communities().fetchLinkedGroups(community.id()))
                .get(0);
        assertThat(announcements.announcements()).isTrue();
        GroupMetadata metadata = done(alice.socket().groups().metadata(announcements.id()));
        assertThat(metadata.kind()).isEqualTo(GroupKind.COMMUNITY_ANNOUNCEMENTS);
        assertThat(metadata.linkedParent()).contains(community.id());
    }

    @Test
    void givenACommunity_whenGroupsAreMadeLinkedAndUnlinked_thenItsListFollowsAndMembersAreTold() throws Exception {
        Jid community = done(alice.socket().communities().create("Forest", "")).id();
        Jid alone = done(alice.socket().groups().create("Alone", List.of(bob.jid())))
                .metadata()
                .id();
        Heard<GroupUpdate> atBob = Heard.on(bob.socket(), GroupEvents.GROUPS_UPDATE);

        GroupMetadata inside = done(alice.socket().communities().createGroup(community, "Inside", List.of(bob.jid())));
        assertThat(inside.linkedParent()).contains(community);
        List<LinkResult> linked = done(alice.socket().communities().linkGroups(community, List.of(alone)));
        assertThat(linked).containsExactly(new LinkResult(alone, 200));
        GroupUpdate told = atBob.await(update -> update.change() instanceof GroupChange.Linked link && link.linked());
        assertThat(told.author()).isPresent();

        assertThat(done(alice.socket().communities().fetchLinkedGroups(community)))
                .extracting(LinkedGroup::id)
                .contains(alone, inside.id());
        assertThat(done(alice.socket().communities().fetchLinkedGroupsParticipants(community)))
                .extracting(GroupParticipant::id)
                .contains(
                        alice.socket().lid().orElseThrow().withoutDevice(),
                        bob.socket().lid().orElseThrow().withoutDevice());
        done(alice.socket().communities().unlinkGroups(community, List.of(alone), false));

        assertThat(done(alice.socket().communities().fetchLinkedGroups(community)))
                .extracting(LinkedGroup::id)
                .doesNotContain(alone);
        assertThat(done(alice.socket().groups().metadata(alone)).linkedParent()).isEmpty();
    }

    @Test
    void givenAGroupOfACommunity_whenAMemberOfTheCommunityJoins_thenItIsIn() throws Exception {
        Jid community = done(alice.socket().communities().create("Forest", "")).id();
        done(alice.socket().communities().createGroup(community, "First", List.of(bob.jid())));
        Jid other = done(alice.socket().communities().createGroup(community, "Second", List.of()))
                .id();

        assertThat(done(bob.socket().communities().queryLinkedGroup(community, other))
                        .subject())
                .isEqualTo("Second");
        assertThat(done(bob.socket().communities().joinLinkedGroup(community, other)))
                .isEqualTo(other);

        assertThat(done(bob.socket().groups().metadata(other)).participant(bob.jid()))
                .isPresent();
    }

    @Test
    void givenACommunity_whenDeactivated_thenItIsGoneAndItsGroupStays() throws Exception {
        Jid community = done(alice.socket().communities().create("Forest", "")).id();
        Jid inside = done(alice.socket().communities().createGroup(community, "Inside", List.of(bob.jid())))
                .id();

        done(alice.socket().communities().deactivate(community));

        assertThat(Client.failure(alice.socket().groups().metadata(community)))
                .isInstanceOf(ServerRefusedException.class);
        assertThat(done(bob.socket().groups().metadata(inside)).linkedParent()).isEmpty();
    }

    @Test
    void givenAMemberOfACommunity_whenRemovedFromIt_thenItIsInNoneOfItsGroups() throws Exception {
        Jid community = done(alice.socket().communities().create("Forest", "")).id();
        Jid inside = done(alice.socket().communities().createGroup(community, "Inside", List.of(bob.jid())))
                .id();

        assertThat(done(alice.socket().communities().removeParticipants(community, List.of(bob.jid()))))
                .hasSize(1)
                .allMatch(ParticipantResult::isDone);

        assertThat(done(alice.socket().groups().metadata(inside)).participant(bob.jid()))
                .isEmpty();
    }

    private static <T> T done(CompletableFuture<T> future) throws Exception {
        return future.get(Client.PATIENCE_SECONDS, SECONDS);
    }
}
