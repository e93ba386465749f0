package dev.waxwing.internal.message;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.event.IdentityChange;
import dev.waxwing.group.GroupParticipantsUpdate;
import dev.waxwing.group.ParticipantAction;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.SenderKeys;
import dev.waxwing.model.IdentityChangeKind;
import dev.waxwing.model.Jid;
import dev.waxwing.model.content.Content;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.SenderKeyDistributionMessage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.PhoneGroup;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.GroupLies;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server or a member that lies can do in a group: it is refused, or the application is told. */
final class HostileGroupIT {

    private static final long PATIENCE_SECONDS = 30;

    private final LoopbackServer server = LoopbackServer.start();
    private final Deque<Talker> open = new ArrayDeque<>();
    private final Mallory mallory = new Mallory();
    private Talker alice;
    private Talker bob;
    private Talker carol;
    private PhoneGroup birds;

    @BeforeEach
    void start() throws Exception {
        alice = link("Alice");
        bob = link("Bob");
        carol = link("Carol");
        birds = server.phone("Alice").createGroup("Birds", bob.phoneNumber(), carol.phoneNumber());
    }

    @AfterEach
    void stop() {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        server.close();
    }

    @Test
    void givenAPhantomOfWhomNothingIsKnown_whenItIsOnTheFirstList_thenItsFirstKeyIsTold() throws Exception {
        Talker spy = link("Spy");
        lieOfMembers(GroupLies.phantom(spy.lid()));
        restart(alice);

        bob.await(alice.say(birds.jid(), "just us?"));

        IdentityChange told = alice.awaitIdentityNews(
                news -> spy.lid().equals(news.user()) || spy.phoneNumber().equals(news.user()));
        assertThat(told.kind()).isEqualTo(IdentityChangeKind.FIRST_KEY);
    }

    @Test
    void givenAPhantomThatIsAContact_whenItIsOnALaterList_thenItIsToldBeforeItIsGivenAKey() throws Exception {
        Talker spy = link("Spy");
        converse(alice, spy);
        bob.await(alice.say(birds.jid(), "before"));
        lieOfMembers(GroupLies.phantom(spy.lid()));
        // Nothing is remembered of members but what is stored.
        restart(alice);

        String id = alice.say(birds.jid(), "just us?");

        // Nobody signs a list of members, so that this is all there is: no client can refuse it.
        assertThat(recipients(alice, id)).anyMatch(spy.lid()::sameUser);
        assertTold(alice.awaitMembers(HostileGroupIT::isFromAList), ParticipantAction.ADD, spy);
        carol.await(alice.say(birds.jid(), "again"));
        assertThat(alice.members().stream().filter(HostileGroupIT::isFromAList)).hasSize(1);
    }

    @Test
    void givenAPhantom_whenALieAboutTheHashMakesTheClientAskAgain_thenItIsTold() throws Exception {
        Talker spy = link("Spy");
        converse(alice, spy);
        bob.await(alice.say(birds.jid(), "before"));
        lieOfMembers(GroupLies.phantom(spy.lid()));
        server.faults()
                .add(
                        StanzaMatch.out("ack").client(alice.device()).first(1),
                        new FaultAction.Rewrite(GroupLies.hash("2:lies")));

        alice.say(birds.jid(), "just us?");

        assertTold(alice.awaitMembers(HostileGroupIT::isFromAList), ParticipantAction.ADD, spy);
    }

    @Test
    void givenARemovedMember_whenTheServerGoesOnNamingIt_thenItIsTold() throws Exception {
        bob.await(alice.say(birds.jid(), "before"));
        birds.remove(carol.phoneNumber());
        alice.awaitMembers(update -> update.action() == ParticipantAction.REMOVE);
        lieOfMembers(GroupLies.phantom(carol.lid()));
        server.faults()
                .add(
                        StanzaMatch.out("ack").client(alice.device()).first(1),
                        new FaultAction.Rewrite(GroupLies.hash("2:lies")));

        String id = alice.say(birds.jid(), "she is gone");

        assertThat(bob.await(id).text()).isEqualTo("she is gone");
        assertThat(recipients(alice, id)).noneMatch(carol.lid()::sameUser);
        assertTold(alice.awaitMembers(HostileGroupIT::isFromAList), ParticipantAction.ADD, carol);
    }

    @Test
    void givenAMember_whenTheServerLeavesItOutOfTheList_thenItIsToldAndTheKeyIsAnother() throws Exception {
        bob.await(alice.say(birds.jid(), "before"));
        lieOfMembers(GroupLies.without(carol.lid()));
        server.faults()
                .add(
                        StanzaMatch.out("ack").client(alice.device()).first(1),
                        new FaultAction.Rewrite(GroupLies.hash("2:lies")));
        alice.say(birds.jid(), "all here?");

        assertTold(alice.awaitMembers(HostileGroupIT::isFromAList), ParticipantAction.REMOVE, carol);
        String id = alice.say(birds.jid(), "and now?");
        assertThat(recipients(alice, id)).isNotEmpty().noneMatch(carol.lid()::sameUser);
    }

    @Test
    void givenHashesThatAreNeverRight_whenManyMessagesAreSent_thenTheGroupIsAskedForOnce() throws Exception {
        bob.await(alice.say(birds.jid(), "before"));
        server.faults()
                .add(StanzaMatch.out("ack").client(alice.device()), new FaultAction.Rewrite(GroupLies.hash("2:lies")));
        server.journal().clear();

        for (int i = 0; i < 20; i++) {
            bob.await(alice.say(birds.jid(), "message " + i));
        }

        assertThat(server.journal()
                        .entries(entry -> entry.is(Direction.IN, "iq")
                                && birds.jid().equals(entry.stanza().jid("to"))))
                .hasSize(1);
        assertThat(server.journal()
                        .entries(entry -> entry.is(Direction.IN, "message")
                                && birds.jid().equals(entry.stanza().jid("to"))))
                .hasSize(20);
    }

    @Test
    void givenAPhantomDeviceOfAMember_whenItIsListedWithKeys_thenItGetsNoKey() throws Exception {
        for (boolean withIdentity : new boolean[] {false, true}) {
            bob.await(alice.say(birds.jid(), "before"));
            Jid phantom = bob.lid().person().withDevice(withIdentity ? 42 : 41);
            server.faults()
                    .add(
                            StanzaMatch.out("iq").child("usync"),
                            new FaultAction.Rewrite(GroupLies.phantomDevice(phantom.device())));
            server.faults()
                    .add(
                            StanzaMatch.out("iq").child("list"),
                            new FaultAction.Rewrite(iq -> mallory.inPlaceOfKeysOf(
                                    iq, phantom, withIdentity ? mallory.ownDeviceIdentity() : null)));
            give(
                    alice,
                    Node.builder("notification")
                            .attr("from", bob.phoneNumber())
                            .attr("type", "devices")
                            .attr("id", "lie-" + phantom.device())
                            .attr("t", "1760000000")
                            .child(Node.builder("update").attr("hash", "AAAA").build())
                            .build());

            String id = alice.say(birds.jid(), "secret");

            assertThat(bob.await(id).text()).isEqualTo("secret");
            assertThat(recipients(alice, id)).doesNotContain(phantom);
            IdentityChange told = alice.awaitIdentityNews(news ->
                    news.isRefused() && news.device().filter(phantom::equals).isPresent());
            assertThat(told.kind()).isEqualTo(IdentityChangeKind.FALSE_DEVICE);
            server.faults().clear();
        }
    }

    @Test
    void givenAMessageOfAMember_whenTheServerNamesAnotherAuthor_thenItIsNotTheirs() throws Exception {
        alice.await(bob.say(birds.jid(), "hello, this is Bob"));
        alice.await(carol.say(birds.jid(), "and Carol"));
        Jid carolsDevice = carol.lid().withDevice(carol.device().device());
        server.faults()
                .add(
                        StanzaMatch.out("message").client(alice.device()).first(1),
                        new FaultAction.Rewrite(GroupLies.author(carolsDevice)));

        String id = bob.say(birds.jid(), "Carol would never say this");

        assertThat(alice.awaitUndecryptable(id, 1).reason()).isIn(Reason.NO_SESSION, Reason.INVALID_SIGNATURE);
        assertThat(alice.texts()).doesNotContain("Carol would never say this");
    }

    @Test
    void givenAMember_whenItHandsOutAKeyForAnotherGroup_thenTheKeyIsNotTaken() throws Exception {
        PhoneGroup others = server.phone("Alice").createGroup("Others", carol.phoneNumber());
        alice.await(carol.say(others.jid(), "just us two"));
        try (AccountStore forger = MemoryStore.create()) {
            byte[] key = forger.transact(tx -> SenderKeys.in(tx).distributionMessage(others.jid()));
            Message lie = Message.newBuilder()
                    .setConversation("a present")
                    .setSenderKeyDistributionMessage(SenderKeyDistributionMessage.newBuilder()
                            .setGroupID(others.jid().toString())
                            .setAxolotlSenderKeyDistributionMessage(ByteString.copyFrom(key)))
                    .build();

            for (Jid chat : List.of(birds.jid(), alice.phoneNumber())) {
                alice.await(bob.socket()
                        .sendMessage(chat, Content.raw(lie))
                        .get(PATIENCE_SECONDS, SECONDS)
                        .key()
                        .id());
            }
        }

        assertThat(alice.rowsOf(StoreTable.SENDER_KEYS, bob))
                .isNotEmpty()
                .noneMatch(row -> row.key().contains(others.jid().toString()));
        // Nor does it stand in the way of the genuine one.
        assertThat(alice.await(carol.say(others.jid(), "still just us")).text()).isEqualTo("still just us");
    }

    private static boolean isFromAList(GroupParticipantsUpdate update) {
        return update.author().isEmpty();
    }

    private void assertTold(GroupParticipantsUpdate update, ParticipantAction action, Talker who) {
        assertThat(update.id()).isEqualTo(birds.jid());
        assertThat(update.action()).isEqualTo(action);
        assertThat(update.participants()).singleElement().matches(one -> one.isCalled(who.lid()));
    }

    private void lieOfMembers(UnaryOperator<Node> lie) {
        server.faults().add(StanzaMatch.out("iq").client(alice.device()).child("group"), new FaultAction.Rewrite(lie));
    }

    private static void converse(Talker one, Talker other) throws Exception {
        other.await(one.say(other, "hello"));
        one.await(other.say(one, "hello yourself"));
    }

    private static void restart(Talker talker) throws Exception {
        talker.disconnect();
        talker.reconnect();
    }

    private Talker link(String account) throws Exception {
        Talker talker = Talker.link(server, account, MemoryStore.create(), options -> options);
        open.push(talker);
        return talker;
    }

    /** Returns when the client is done with the stanza. */
    private void give(Talker to, Node stanza) throws Exception {
        server.connections().send(to.device(), stanza);
        String id = stanza.requireAttr("id");
        server.journal()
                .await(entry -> entry.is(Direction.IN, "ack")
                        && id.equals(entry.stanza().attr("id")))
                .get(PATIENCE_SECONDS, SECONDS);
    }

    /** The devices that something in a message was encrypted for, be it a key. */
    private List<Jid> recipients(Talker sender, String id) {
        return server.journal().entries().stream()
                .filter(entry -> entry.is(Direction.IN, "message")
                        && sender.device().equals(entry.device().orElse(null))
                        && id.equals(entry.stanza().attr("id")))
                .flatMap(entry -> entry.stanza().children("participants").stream())
                .flatMap(participants -> participants.children("to").stream())
                .map(to -> to.requireJid("jid"))
                .toList();
    }
}
