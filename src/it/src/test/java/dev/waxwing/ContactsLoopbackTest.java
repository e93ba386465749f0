package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.contact.About;
import dev.waxwing.contact.ContactChange;
import dev.waxwing.contact.ContactEvents;
import dev.waxwing.contact.ContactsUpdate;
import dev.waxwing.contact.OnWhatsApp;
import dev.waxwing.contact.PictureSize;
import dev.waxwing.contact.ProfilePicture;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.model.Jid;
import dev.waxwing.privacy.BlocklistSet;
import dev.waxwing.privacy.BlocklistUpdate;
import dev.waxwing.privacy.PrivacyCategory;
import dev.waxwing.privacy.PrivacyEvents;
import dev.waxwing.privacy.PrivacyUpdate;
import dev.waxwing.privacy.PrivacyValue;
import dev.waxwing.privacy.ReachoutTimelock;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Profiles, look-ups, the block list and privacy, between two accounts, one of which has two devices. */
final class ContactsLoopbackTest {

    private static final Jid NOBODY = Jid.phone("19995550000");

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

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(Client.PATIENCE_SECONDS, SECONDS);
    }

    private Jid lid(Client client) {
        return client.socket().lid().orElseThrow().withoutDevice();
    }

    @Test
    void givenNumbers_whenLookedUp_thenThoseOnTheServiceAreToldWithTheirLid() throws Exception {
        List<OnWhatsApp> found =
                get(alice.socket().contacts().onWhatsApp(List.of("+" + bob.jid().user(), NOBODY.user())));

        assertThat(found)
                .containsExactly(
                        new OnWhatsApp(
                                bob.jid().user(),
                                true,
                                Optional.of(bob.jid()),
                                Optional.of(lid(bob)),
                                Optional.empty()),
                        new OnWhatsApp(NOBODY.user(), false, Optional.empty(), Optional.empty(), Optional.empty()));
    }

    @Test
    void givenMoreNumbersThanOneQueryTakes_whenLookedUp_thenAllAreToldInOrder() throws Exception {
        List<String> numbers = IntStream.range(0, 600)
                .mapToObj(i -> i == 599 ? bob.jid().user() : Integer.toString(1_999_000_000 + i))
                .toList();

        List<OnWhatsApp> found = get(alice.socket().contacts().onWhatsApp(numbers));

        assertThat(found).extracting(OnWhatsApp::number).isEqualTo(numbers);
        assertThat(found).filteredOn(OnWhatsApp::exists).hasSize(1);
    }

    @Test
    void givenATextAboutOneself_whenSet_thenOthersReadItAndWhoMetIsTold() throws Exception {
        alice.sent(bob, "hi");
        Heard<ContactsUpdate> atAlice = Heard.on(alice.socket(), ContactEvents.CONTACTS_UPDATE);

        get(bob.socket().contacts().updateProfileStatus("Busy"));

        About about =
                get(alice.socket().contacts().fetchStatus(List.of(bob.jid()))).get(0);
        assertThat(about.text()).contains("Busy");
        assertThat(about.setAt()).isPresent();
        ContactsUpdate told = atAlice.await(update -> update.change() instanceof ContactChange.AboutSet);
        assertThat(told)
                .isEqualTo(new ContactsUpdate(
                        lid(bob), Optional.of(bob.jid()), new ContactChange.AboutSet(Optional.of("Busy"))));
    }

    @Test
    void givenAPicture_whenSetAndRemoved_thenOthersAreToldAndFindIt() throws Exception {
        alice.sent(bob, "hi");
        Heard<ContactsUpdate> atAlice = Heard.on(alice.socket(), ContactEvents.CONTACTS_UPDATE);
        assertThat(get(alice.socket().contacts().profilePictureUrl(bob.jid(), PictureSize.PREVIEW)))
                .isEmpty();

        String id = get(bob.socket().contacts().updateProfilePicture(new byte[] {1, 2, 3}));

        atAlice.await(update -> update.change().equals(new ContactChange.PictureSet(Optional.of(id))));
        ProfilePicture found = get(alice.socket().contacts().profilePictureUrl(bob.jid(), PictureSize.IMAGE))
                .orElseThrow();
        assertThat(found.id()).isEqualTo(id);
        assertThat(found.url().getPath()).isEqualTo(found.directPath().orElseThrow());
        get(bob.socket().contacts().removeProfilePicture());
        atAlice.await(update -> update.change().equals(new ContactChange.PictureRemoved()));
        assertThat(get(alice.socket().contacts().profilePictureUrl(bob.jid(), PictureSize.IMAGE)))
                .isEmpty();
    }

    @Test
    void givenATimerForNewChats_whenSet_thenOthersReadItAndWhoMetIsTold() throws Exception {
        alice.sent(bob, "hi");
        Heard<ContactsUpdate> atAlice = Heard.on(alice.socket(), ContactEvents.CONTACTS_UPDATE);

        get(bob.socket().privacy().updateDefaultDisappearingMode(Duration.ofDays(7)));

        atAlice.await(update -> update.change().equals(new ContactChange.DisappearingModeSet(Duration.ofDays(7))));
        assertThat(get(alice.socket().contacts().fetchDisappearingDuration(List.of(bob.jid(), NOBODY))))
                .extracting(mode -> mode.duration())
                .containsExactly(Duration.ofDays(7), Duration.ZERO);
    }

    @Test
    void givenBots_whenListed_thenEachOnce() throws Exception {
        assertThat(get(alice.socket().contacts().getBotList()))
                .hasSize(2)
                .allSatisfy(bot -> assertThat(bot.jid().isBot()).isTrue());
    }

    @Test
    void givenTwoDevices_whenOneBlocksAndUnblocks_thenTheOtherIsTold() throws Exception {
        try (Client tablet = Client.open(server, "alice", MemoryStore.create())) {
            Heard<BlocklistUpdate> told = Heard.on(tablet.socket(), PrivacyEvents.BLOCKLIST_UPDATE);
            Heard<BlocklistSet> read = Heard.on(tablet.socket(), PrivacyEvents.BLOCKLIST_SET);

            get(alice.socket().privacy().block(bob.jid()));
            told.await(update -> update.equals(new BlocklistUpdate(List.of(lid(bob)), BlocklistUpdate.Type.ADD)));
            assertThat(get(tablet.socket().privacy().fetchBlocklist())).containsExactly(lid(bob));
            read.await(list -> list.blocklist().equals(List.of(lid(bob))));

            get(alice.socket().privacy().unblock(lid(bob)));
            told.await(update -> update.equals(new BlocklistUpdate(List.of(lid(bob)), BlocklistUpdate.Type.REMOVE)));
            assertThat(get(tablet.socket().privacy().fetchBlocklist())).isEmpty();
        }
    }

    @Test
    void givenSomebodyWhoIsNotThere_whenBlocked_thenTheServersRefusalIsTold() {
        assertThat(Client.failure(alice.socket().privacy().block(NOBODY)))
                .isInstanceOfSatisfying(
                        ServerRefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(404));
    }

    @Test
    void givenTwoDevices_whenOneChangesPrivacy_thenTheOtherIsToldAndReadsIt() throws Exception {
        try (Client tablet = Client.open(server, "alice", MemoryStore.create())) {
            Heard<PrivacyUpdate> told = Heard.on(tablet.socket(), PrivacyEvents.PRIVACY_UPDATE);

            get(alice.socket().privacy().updatePrivacy(PrivacyCategory.LAST_SEEN, PrivacyValue.NOBODY));

            told.await(update -> update.settings().equals(Map.of(PrivacyCategory.LAST_SEEN, PrivacyValue.NOBODY)));
            assertThat(get(tablet.socket().privacy().fetchPrivacySettings()))
                    .hasSize(PrivacyCategory.values().length)
                    .containsEntry(PrivacyCategory.LAST_SEEN, PrivacyValue.NOBODY)
                    .containsEntry(PrivacyCategory.ONLINE, PrivacyValue.ALL);
        }
    }

    @Test
    void givenExceptions_whenSet_thenTheServerHasThemByBothForms() throws Exception {
        get(alice.socket().contacts().onWhatsApp(List.of(bob.jid().user())));

        get(alice.socket().privacy().updateExceptions(PrivacyCategory.STATUS, List.of(bob.jid()), List.of()));

        assertThat(get(alice.socket().privacy().fetchPrivacySettings()))
                .containsEntry(PrivacyCategory.STATUS, PrivacyValue.CONTACTS_EXCEPT);
        assertThat(server.journal().entries())
                .filteredOn(entry -> entry.stanza().child("privacy") != null
                        && "set".equals(entry.stanza().attr("type")))
                .singleElement()
                .satisfies(entry -> assertThat(entry.stanza()
                                .requireChild("privacy")
                                .requireChild("category")
                                .requireChild("user")
                                .jid("pn_jid"))
                        .isEqualTo(bob.jid()));
    }

    @Test
    void givenARestriction_whenItComesAndGoes_thenItIsTold() throws Exception {
        Heard<ReachoutTimelock> told = Heard.on(alice.socket(), PrivacyEvents.REACHOUT_TIMELOCK_UPDATE);
        assertThat(get(alice.socket().privacy().fetchAccountReachoutTimelock()).active())
                .isFalse();
        Instant ends = server.clock().instant().plusSeconds(3_600);

        server.restrictReachout("alice", ends);

        ReachoutTimelock lock = told.await(ReachoutTimelock::active);
        assertThat(lock.enforcementEnds()).contains(Instant.ofEpochSecond(ends.getEpochSecond()));
        assertThat(lock.enforcementType()).isEqualTo("BIZ_QUALITY");
        assertThat(get(alice.socket().privacy().fetchAccountReachoutTimelock())).isEqualTo(lock);
        int before = told.all().size();
        server.restrictReachout("alice", Instant.EPOCH);
        told.awaitMatching(before, update -> !update.active(), 1);
    }

    @Test
    void givenAQuota_whenAskedAndTold_thenItIsKnown() throws Exception {
        assertThat(get(alice.socket().privacy().fetchNewChatMessageCap())).satisfies(cap -> {
            assertThat(cap.totalQuota()).hasValue(1_000);
            assertThat(cap.isCapped()).isFalse();
        });
        var told = Heard.on(alice.socket(), PrivacyEvents.MESSAGE_CAPPING_UPDATE);

        server.tellMessageCapping("alice");

        assertThat(told.await(cap -> true).cycleEnd()).isPresent();
    }
}
