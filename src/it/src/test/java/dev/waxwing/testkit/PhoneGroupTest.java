package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.phone.PhoneMessage;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Simulated phones in groups and communities: what a bot's test has people do there. */
final class PhoneGroupTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private LoopbackServer server;
    private Phone alice;
    private Phone bob;
    private Phone carol;

    @BeforeEach
    void start() {
        server = LoopbackServer.start();
        alice = server.phone("Alice");
        bob = server.phone("Bob");
        carol = server.phone("Carol");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Predicate<PhoneMessage> text(String wanted) {
        return message -> message.text().equals(wanted);
    }

    @Test
    void givenGroupOfPhones_whenEachWrites_thenTheOthersReadItInTheGroup() throws Exception {
        PhoneGroup berries = alice.createGroup("Berries", bob.jid(), carol.lid());

        berries.sendText("red ones");
        bob.group(berries.jid()).sendText("blue ones");

        PhoneMessage red = carol.await(text("red ones"), PATIENCE);
        assertThat(red.chat()).isEqualTo(berries.jid());
        assertThat(red.author()).isEqualTo(alice.jid());
        assertThat(carol.await(text("blue ones"), PATIENCE).author()).isEqualTo(bob.jid());
        assertThat(alice.await(text("blue ones"), PATIENCE).fromMe()).isFalse();
        assertThat(berries.members()).containsExactly(alice.jid(), bob.jid(), carol.jid());
        assertThat(berries.admins()).containsExactly(alice.jid());
        assertThat(carol.groups()).extracting(PhoneGroup::jid).containsExactly(berries.jid());
    }

    @Test
    void givenRemovedMember_whenTheOthersWrite_thenItReadsNoMoreAndTheKeyIsAnotherOne() throws Exception {
        PhoneGroup berries = alice.createGroup("Berries", bob.jid(), carol.jid());
        berries.sendText("for all");
        carol.await(text("for all"), PATIENCE);

        berries.remove(carol.jid());
        berries.sendText("for two");

        bob.await(text("for two"), PATIENCE);
        assertThat(carol.messages()).extracting(PhoneMessage::text).containsExactly("for all");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> carol.group(berries.jid()).sendText("still here?"));
        assertThat(berries.members()).containsExactly(alice.jid(), bob.jid());
    }

    @Test
    void givenAdminsTask_whenAMemberDoesIt_thenTheCallNamesTheCodeUntilItIsPromoted() {
        PhoneGroup atAlice = alice.createGroup("Berries", bob.jid());
        PhoneGroup atBob = bob.group(atAlice.jid());

        assertThatIllegalStateException()
                .isThrownBy(() -> atBob.add(carol.jid()))
                .withMessageContaining("403");
        atAlice.promote(bob.jid());
        atBob.add(carol.jid());
        assertThatIllegalStateException()
                .isThrownBy(() -> atBob.add(carol.jid()))
                .withMessageContaining("409");
        assertThatIllegalStateException()
                .isThrownBy(() -> atBob.demote(alice.jid()))
                .withMessageContaining("405");
        atAlice.demote(bob.jid());
        assertThat(atAlice.admins()).containsExactly(alice.jid());
    }

    @Test
    void givenSubjectDescriptionAndTimer_whenChanged_thenMembersSeeThem() {
        PhoneGroup berries = alice.createGroup("Berries", bob.jid());

        berries.rename("Rowan");
        berries.describe("red ones");
        berries.disappearing(Duration.ofDays(1));
        berries.locked(true);

        PhoneGroup atBob = bob.group(berries.jid());
        assertThat(atBob.subject()).isEqualTo("Rowan");
        assertThat(atBob.description()).contains("red ones");
        assertThat(atBob.metadata().requireChild("ephemeral").attr("expiration"))
                .isEqualTo("86400");
        assertThatIllegalStateException().isThrownBy(() -> atBob.rename("Sloe")).withMessageContaining("403");
        berries.describe("");
        assertThat(atBob.description()).isEmpty();
    }

    @Test
    void givenAnnouncementGroup_whenAMemberWrites_thenTheCallIsRefused() throws Exception {
        PhoneGroup berries = alice.createGroup("Berries", bob.jid());
        berries.announcement(true);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> bob.group(berries.jid()).sendText("may I?"));
        berries.sendText("no");
        bob.await(text("no"), PATIENCE);
    }

    @Test
    void givenApproval_whenSomebodyComesByTheLink_thenAnAdminLetsItIn() {
        PhoneGroup berries = alice.createGroup("Berries", bob.jid());
        berries.joinApproval(true);

        PhoneGroup atCarol = carol.join(berries.inviteCode());

        assertThat(berries.members()).doesNotContain(carol.jid());
        assertThat(berries.joinRequests()).containsExactly(carol.jid());
        berries.decide(true, carol.jid());
        assertThat(atCarol.members()).contains(carol.jid());
        assertThat(berries.joinRequests()).isEmpty();
        assertThatIllegalStateException().isThrownBy(() -> berries.decide(false, bob.jid()));
    }

    @Test
    void givenOldLink_whenRenewed_thenNobodyJoinsByIt() {
        PhoneGroup berries = alice.createGroup("Berries");
        String old = berries.inviteCode();
        String fresh = berries.renewInviteCode();

        assertThatIllegalStateException().isThrownBy(() -> carol.join(old)).withMessageContaining("410");
        assertThat(carol.join(fresh).members()).containsExactly(alice.jid(), carol.jid());
    }

    @Test
    void givenCommunity_whenAGroupIsLinked_thenItsMembersAreInTheCommunityAndHearItsAnnouncements() throws Exception {
        PhoneGroup berries = alice.createGroup("Berries", bob.jid());
        PhoneGroup garden = alice.createCommunity("Garden");

        garden.link(berries.jid());

        assertThat(garden.members()).containsExactlyInAnyOrder(alice.jid(), bob.jid());
        assertThat(garden.subGroups()).hasSize(2);
        PhoneGroup news = garden.subGroups().stream()
                .filter(group -> group.metadata().child("default_sub_group") != null)
                .findFirst()
                .orElseThrow();
        news.sendText("spring is here");
        bob.await(text("spring is here"), PATIENCE);
        assertThatIllegalArgumentException().isThrownBy(() -> garden.sendText("to nobody"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bob.group(news.jid()).sendText("indeed"));

        garden.add(carol.jid());
        carol.group(garden.jid()).joinLinked(berries.jid());
        assertThat(berries.members()).containsExactly(alice.jid(), bob.jid(), carol.jid());

        garden.unlink(berries.jid());
        assertThat(berries.metadata().child("linked_parent")).isNull();
        garden.deactivate();
        assertThatIllegalStateException().isThrownBy(garden::members).withMessageContaining("404");
        assertThat(berries.members()).hasSize(3);
    }

    @Test
    void givenLeaver_whenItLeaves_thenItIsOut() {
        PhoneGroup berries = alice.createGroup("Berries", bob.jid());

        bob.group(berries.jid()).leave();

        assertThat(berries.members()).containsExactly(alice.jid());
        assertThat(bob.groups()).isEmpty();
    }

    @Test
    void givenGroupByPhoneNumbers_whenAPhoneWrites_thenItsDevicesAreNamedByNumber() throws Exception {
        PhoneGroup berries = alice.createGroup("Berries", bob.jid());
        server.addressGroup(berries.jid(), false);

        berries.sendText("by number");

        bob.await(text("by number"), PATIENCE);
        Node group = berries.metadata();
        assertThat(group.attr("addressing_mode")).isEqualTo("pn");
        assertThat(group.children("participant"))
                .extracting(participant -> Optional.ofNullable(participant.jid("lid")))
                .containsExactly(Optional.of(alice.lid()), Optional.of(bob.lid()));
    }

    @Test
    void givenWhatIsNoGroup_whenAPhoneTakesItForOne_thenTheCallSaysSo() {
        assertThatIllegalArgumentException().isThrownBy(() -> alice.group(bob.jid()));
        assertThatIllegalStateException()
                .isThrownBy(() -> alice.group(Jid.group("120363999999999999")).members())
                .withMessageContaining("404");
        alice.setOnline(false);
        assertThatIllegalStateException().isThrownBy(() -> alice.createGroup("Berries"));
    }
}
