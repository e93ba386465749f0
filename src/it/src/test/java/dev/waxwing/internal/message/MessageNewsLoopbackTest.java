package dev.waxwing.internal.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.event.MessagesReaction;
import dev.waxwing.event.MessagesUpdate;
import dev.waxwing.event.StanzaRefused;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.EditContent;
import dev.waxwing.model.content.ReactionContent;
import dev.waxwing.model.content.TextContent;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.model.content.WireKeys;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.PhoneGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What messages say of others, and who may say it. */
class MessageNewsLoopbackTest {

    private final List<Talker> talkers = new ArrayList<>();
    private LoopbackServer server;
    private Talker alice;
    private Talker bob;
    private Talker carol;

    @BeforeEach
    void start() throws Exception {
        server = LoopbackServer.builder().strict(true).start();
        alice = link("Alice");
        bob = link("Bob");
    }

    @AfterEach
    void stop() {
        talkers.forEach(Talker::close);
        server.close();
    }

    private Talker link(String account) throws Exception {
        Talker talker = Talker.link(server, account, MemoryStore.create(), options -> options);
        talkers.add(talker);
        return talker;
    }

    private Jid birds() throws Exception {
        carol = link("Carol");
        PhoneGroup birds = server.phone("Alice").createGroup("Birds", bob.phoneNumber(), carol.phoneNumber());
        return birds.jid();
    }

    @Test
    void givenAMessageToAPerson_whenItsAuthorEditsIt_thenTheOtherIsToldTheNewContentUnderTheKeyItKnows()
            throws Exception {
        WebMessage original = bob.await(alice.say(bob, "helo"));
        MessageKey sent = MessageKey.of(original.key().remoteJid(), true, original.id());

        String edit = alice.send(bob.phoneNumber(), Content.edit(sent, Content.text("hello")))
                .id();

        MessagesUpdate.Edited edited = bob.awaitUpdate(MessagesUpdate.Edited.class, edit);
        assertThat(edited.key()).isEqualTo(original.key());
        assertThat(edited.content())
                .isInstanceOfSatisfying(
                        TextContent.class, text -> assertThat(text.text()).isEqualTo("hello"));
        // It is told by messages.upsert too, which alone is told again after a crash.
        assertThat(bob.await(edit).content())
                .isInstanceOfSatisfying(
                        EditContent.class,
                        content -> assertThat(content.target().id()).isEqualTo(original.id()));
    }

    @Test
    void givenAMessage_whenSomebodyElseEditsIt_thenThatIsRefusedAndTold() throws Exception {
        WebMessage original = bob.await(alice.say(bob, "I owe you 10"));
        String forged = bob.send(alice.phoneNumber(), forgedEdit(original.key(), "I owe you 1000"))
                .id();

        StanzaRefused refused = alice.awaitRefused(forged);
        assertThat(refused.reason()).hasMessageContaining("somebody else wrote");
        String later = bob.say(alice, "later");
        alice.await(later);
        assertThat(alice.changes()).isEmpty();
        assertThat(alice.messages()).extracting(WebMessage::id).doesNotContain(forged);
    }

    @Test
    void givenAGroup_whenSomebodyEditsAsAnother_thenThatIsRefusedAndTold() throws Exception {
        Jid birds = birds();
        WebMessage original = carol.await(alice.say(birds, "yes"));
        bob.await(original.id());

        String forged = bob.send(birds, forgedEdit(original.key(), "no")).id();

        assertThat(carol.awaitRefused(forged).reason()).hasMessageContaining("somebody else wrote");
        assertThat(alice.awaitRefused(forged).reason()).hasMessageContaining("somebody else wrote");
        assertThat(carol.changes()).isEmpty();
    }

    private static Content forgedEdit(MessageKey target, String text) {
        return Content.raw(Message.newBuilder()
                .setProtocolMessage(ProtocolMessage.newBuilder()
                        .setKey(WireKeys.write(target))
                        .setType(ProtocolMessage.Type.MESSAGE_EDIT)
                        .setEditedMessage(Message.newBuilder().setConversation(text)))
                .build());
    }

    @Test
    void givenAGroup_whenAMemberReactsToAnothersMessage_thenEachKnowsWhichMessageIsMeant() throws Exception {
        Jid birds = birds();
        String id = alice.say(birds, "who comes?");
        MessageKey atBob = bob.await(id).key();
        MessageKey atCarol = carol.await(id).key();

        String by = bob.send(birds, Content.react(atBob, "\uD83D\uDC4D")).id();

        MessagesReaction.Reaction heardByCarol = carol.awaitReaction(by);
        assertThat(heardByCarol.key()).isEqualTo(atCarol);
        assertThat(heardByCarol.content().emoji()).isEqualTo("\uD83D\uDC4D");
        assertThat(heardByCarol.by().key().participant()).contains(bob.lid());
        MessagesReaction.Reaction heardByAlice = alice.awaitReaction(by);
        assertThat(heardByAlice.key().fromMe()).isTrue();
        assertThat(heardByAlice.key().id()).isEqualTo(id);
        assertThat(heardByAlice.key().participant()).contains(alice.lid());

        String removal = bob.send(birds, Content.unreact(atBob)).id();
        assertThat(carol.awaitReaction(removal).content().isRemoval()).isTrue();
    }

    @Test
    void givenAMessageToAPerson_whenTheOtherReacts_thenItIsFromMe() throws Exception {
        String id = alice.say(bob, "hi");
        MessageKey atBob = bob.await(id).key();

        String by = bob.send(alice.phoneNumber(), Content.react(atBob, "x")).id();

        MessageKey key = alice.awaitReaction(by).key();
        assertThat(key.fromMe()).isTrue();
        assertThat(key.id()).isEqualTo(id);
        assertThat(key.remoteJid()).isEqualTo(alice.await(by).key().remoteJid());
        assertThat(alice.await(by).content())
                .isInstanceOfSatisfying(
                        ReactionContent.class,
                        reaction -> assertThat(reaction.target().fromMe()).isTrue());
    }

    @Test
    void givenMessages_whenTheirAuthorDeletesOne_thenTheOtherIsTold() throws Exception {
        WebMessage original = bob.await(alice.say(bob, "oops"));

        String by = alice.send(
                        bob.phoneNumber(),
                        Content.delete(MessageKey.of(original.key().remoteJid(), true, original.id())))
                .id();

        assertThat(bob.awaitUpdate(MessagesUpdate.Deleted.class, by).key()).isEqualTo(original.key());
    }

    @Test
    void givenAGroup_whenAnAdminDeletesAnothersMessage_thenAllAreTold() throws Exception {
        Jid birds = birds();
        String id = bob.say(birds, "spam");
        MessageKey atAlice = alice.await(id).key();
        MessageKey atCarol = carol.await(id).key();

        String by = alice.send(birds, Content.delete(atAlice)).id();

        assertThat(carol.awaitUpdate(MessagesUpdate.Deleted.class, by).key()).isEqualTo(atCarol);
        assertThat(bob.awaitUpdate(MessagesUpdate.Deleted.class, by).key().fromMe())
                .isTrue();
    }

    @Test
    void givenAGroup_whenAMemberDeletesAnothersMessage_thenThatIsRefusedAndTold() throws Exception {
        Jid birds = birds();
        String id = alice.say(birds, "the truth");
        MessageKey atBob = bob.await(id).key();
        carol.await(id);

        String by = bob.send(birds, Content.delete(atBob)).id();

        assertThat(carol.awaitRefused(by).reason()).hasMessageContaining("by no admin");
        assertThat(carol.changes()).isEmpty();
    }

    @Test
    void givenAMessageToAPerson_whenTheOtherDeletesIt_thenThatIsRefusedAndTold() throws Exception {
        WebMessage original = bob.await(alice.say(bob, "the truth"));
        Content forged = Content.raw(Message.newBuilder()
                .setProtocolMessage(ProtocolMessage.newBuilder()
                        .setKey(WireKeys.write(original.key()))
                        .setType(ProtocolMessage.Type.REVOKE))
                .build());

        String by = bob.send(alice.phoneNumber(), forged).id();

        assertThat(alice.awaitRefused(by).reason()).hasMessageContaining("somebody else wrote");
        assertThat(alice.changes()).isEmpty();
    }

    @Test
    void givenAMessage_whenPinnedAndKept_thenTheOtherIsTold() throws Exception {
        WebMessage original = bob.await(alice.say(bob, "the address"));
        MessageKey mine = MessageKey.of(original.key().remoteJid(), true, original.id());

        String pin = alice.send(bob.phoneNumber(), Content.pin(mine, Duration.ofDays(7)))
                .id();
        String keep = alice.send(bob.phoneNumber(), Content.keep(mine)).id();

        assertThat(bob.awaitUpdate(MessagesUpdate.Pinned.class, pin).key()).isEqualTo(original.key());
        assertThat(bob.awaitUpdate(MessagesUpdate.Kept.class, keep).key()).isEqualTo(original.key());
    }

    @Test
    void givenAnAccountWithTwoDevices_whenOneReacts_thenTheOtherIsToldWithTheKeyThatItKnows() throws Exception {
        Talker tablet = link("Bob");
        String id = alice.say(bob, "hi");
        MessageKey atBob = bob.await(id).key();
        tablet.await(id);

        String by = bob.send(alice.phoneNumber(), Content.react(atBob, "x")).id();

        MessagesReaction.Reaction heard = tablet.awaitReaction(by);
        assertThat(heard.key()).isEqualTo(atBob);
        assertThat(heard.by().key().fromMe()).isTrue();
    }

    @Test
    void givenAChat_whenItsTimerIsSet_thenWhatEitherSendsLastsSoLongEvenAfterARestart() throws Exception {
        bob.await(alice.say(bob, "before"));
        String set = alice.send(bob.phoneNumber(), Content.disappearingAfter(Duration.ofDays(7)))
                .id();
        bob.await(set);

        assertThat(alice.await(bob.say(alice, "from Bob")).context().expiration())
                .contains(Duration.ofDays(7));
        assertThat(bob.await(alice.say(bob, "from Alice")).context().expiration())
                .contains(Duration.ofDays(7));

        bob.disconnect();
        bob.reconnect();
        assertThat(alice.await(bob.say(alice, "again")).context().expiration()).contains(Duration.ofDays(7));
        String own = bob.send(alice.phoneNumber(), Content.text("other").expiringAfter(Duration.ofDays(1)))
                .id();
        assertThat(alice.await(own).context().expiration()).contains(Duration.ofDays(1));

        String off = bob.send(alice.phoneNumber(), Content.disappearingAfter(Duration.ZERO))
                .id();
        alice.await(off);
        assertThat(bob.await(alice.say(bob, "stays")).context().expiration()).isEqualTo(Optional.empty());
        assertThat(alice.await(bob.say(alice, "stays too")).context().expiration())
                .isEqualTo(Optional.empty());
    }

    @Test
    void givenATimerThatIsForgotten_whenAMessageSaysIt_thenItIsAppliedAgain() throws Exception {
        String set = alice.send(bob.phoneNumber(), Content.disappearingAfter(Duration.ofDays(90)))
                .id();
        bob.await(set);
        bob.disconnect();
        bob.lose(StoreTable.CHAT_TIMERS);
        bob.reconnect();

        bob.await(alice.say(bob, "says how long it lasts"));

        assertThat(alice.await(bob.say(alice, "and so does this")).context().expiration())
                .contains(Duration.ofDays(90));
    }
}
