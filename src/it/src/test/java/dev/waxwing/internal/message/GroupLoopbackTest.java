package dev.waxwing.internal.message;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessageReceiptUpdate;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.model.ReceiptType;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.signal.SenderKeyMessage;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.PhoneGroup;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.GroupLies;
import dev.waxwing.testkit.traffic.JournalEntry;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Waxwing clients in a group on a strict server. */
class GroupLoopbackTest {

    private static final long PATIENCE_SECONDS = 30;
    private static final int SIGNATURE_BYTES = 64;

    private final List<Talker> talkers = new ArrayList<>();
    private LoopbackServer server;
    private Talker alice;
    private Talker bob;
    private Talker carol;
    private PhoneGroup birds;

    @BeforeEach
    void start() throws Exception {
        server = LoopbackServer.builder().strict(true).start();
        alice = link("Alice");
        bob = link("Bob");
        carol = link("Carol");
        birds = server.phone("Alice").createGroup("Birds", bob.phoneNumber(), carol.phoneNumber());
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

    @Test
    void givenAGroup_whenEverybodyWrites_thenEverybodyElseReadsAllInOrder() throws Exception {
        List<Talker> members = List.of(alice, bob, carol, link("Bob"));
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Talker author = members.get(i % members.size());
            String text = "message " + i;
            String id = author.say(birds.jid(), text);
            texts.add(text);
            for (Talker member : members) {
                if (member != author) {
                    WebMessage message = member.await(id);
                    assertThat(message.text()).isEqualTo(text);
                    assertThat(message.key().participant()).contains(author.lid());
                    assertThat(message.key().fromMe()).isEqualTo(member.lid().equals(author.lid()));
                }
            }
        }
        assertThat(written(carol))
                .isEqualTo(texts.stream()
                        .filter(text -> texts.indexOf(text) % members.size() != 2)
                        .toList());
        assertNothingFailed(members);
    }

    @Test
    void givenAllHaveTheKey_whenMoreIsSent_thenNothingIsAskedForAndOneCiphertextGoesOut() throws Exception {
        carol.await(alice.say(birds.jid(), "first"));
        server.journal().clear();

        for (int i = 0; i < 5; i++) {
            String id = alice.say(birds.jid(), "later " + i);
            assertThat(bob.await(id).text()).isEqualTo("later " + i);
            assertThat(holdersIn(id)).isEmpty();
        }

        assertThat(server.journal().entries(entry -> entry.is(Direction.IN, "iq")))
                .isEmpty();
        assertThat(iterations().size()).isEqualTo(5);
    }

    @Test
    void givenAMemberThatLostItsKeys_whenWrittenTo_thenItRecoversByOneRetry() throws Exception {
        bob.await(alice.say(birds.jid(), "before"));
        bob.disconnect();
        bob.lose(StoreTable.SENDER_KEYS);
        bob.reconnect();

        String lost = alice.say(birds.jid(), "do you read me?");
        assertThat(bob.await(lost).text()).isEqualTo("do you read me?");
        assertThat(carol.await(lost).text()).isEqualTo("do you read me?");
        assertThat(bob.undecryptable(lost)).hasSize(1);

        String next = alice.say(birds.jid(), "and this?");
        assertThat(bob.await(next).text()).isEqualTo("and this?");
        assertThat(bob.undecryptable(next)).isEmpty();
        assertThat(carol.undecryptable()).isEmpty();
    }

    @Test
    void givenADeviceLinkedLater_whenWrittenTo_thenOnlyThatOneIsGivenTheKeyAndReadsOn() throws Exception {
        bob.await(alice.say(birds.jid(), "before"));
        Talker tablet = link("Bob");

        String id = alice.say(birds.jid(), "after");

        assertThat(tablet.await(id).text()).isEqualTo("after");
        assertThat(bob.await(id).text()).isEqualTo("after");
        assertThat(holdersIn(id))
                .containsExactly(tablet.lid().withDevice(tablet.device().device()));
        assertThat(keyIds()).hasSize(1);
        assertThat(tablet.texts()).doesNotContain("before");
        assertNothingFailed(List.of(bob, carol, tablet));
    }

    @Test
    void givenADeviceThatIsRemoved_whenWrittenTo_thenThereIsAnotherKeyAndAllOthersReadOn() throws Exception {
        Talker tablet = link("Bob");
        tablet.await(alice.say(birds.jid(), "before"));
        CompletableFuture<JournalEntry> told = whenToldOfRemoval(alice);
        server.phone("Bob").removeCompanion(tablet.device());
        tablet.socket().whenClosed().get(PATIENCE_SECONDS, SECONDS);
        told.get(PATIENCE_SECONDS, SECONDS);

        String id = alice.say(birds.jid(), "after");

        assertThat(bob.await(id).text()).isEqualTo("after");
        assertThat(carol.await(id).text()).isEqualTo("after");
        assertThat(keyIds()).hasSize(2);
        assertThat(tablet.texts()).doesNotContain("after");
    }

    /** Completes when somebody has acknowledged the notice that a device is gone. */
    private CompletableFuture<JournalEntry> whenToldOfRemoval(Talker talker) {
        Set<String> notices = ConcurrentHashMap.newKeySet();
        return server.journal().await(entry -> {
            if (!entry.device().equals(Optional.of(talker.device()))) {
                return false;
            }
            if (entry.is(Direction.OUT, "notification") && entry.stanza().child("remove") != null) {
                notices.add(entry.stanza().requireAttr("id"));
            }
            return entry.is(Direction.IN, "ack")
                    && notices.contains(entry.stanza().requireAttr("id"));
        });
    }

    @Test
    void givenAMemberThatIsRemoved_whenWrittenTo_thenThereIsAnotherKeyAndItGetsNothing() throws Exception {
        carol.await(alice.say(birds.jid(), "before"));
        birds.remove(carol.phoneNumber());
        // The notice comes before what is sent behind it.
        alice.await(bob.say(alice, "she is gone"));

        String id = alice.say(birds.jid(), "after");

        assertThat(bob.await(id).text()).isEqualTo("after");
        assertThat(keyIds()).hasSize(2);
        assertThat(carol.texts()).doesNotContain("after");
        assertThat(holdersIn(id)).noneMatch(device -> device.sameUser(carol.lid()));
    }

    @Test
    void givenANewMember_whenWrittenTo_thenItReadsFromThatMessageOn() throws Exception {
        bob.await(alice.say(birds.jid(), "before"));
        Talker dave = link("Dave");
        birds.add(dave.phoneNumber());
        alice.await(bob.say(alice, "he is here"));

        String id = alice.say(birds.jid(), "after");

        assertThat(dave.await(id).text()).isEqualTo("after");
        assertThat(written(dave)).containsExactly("after");
        assertThat(holdersIn(id)).allMatch(device -> device.sameUser(dave.lid()));
        assertThat(keyIds()).hasSize(1);
    }

    @Test
    void givenReceiptsOfMembers_whenTheyComeIn_thenEachIsToldByItsPerson() throws Exception {
        BlockingQueue<MessageReceiptUpdate> receipts = new LinkedBlockingQueue<>();
        alice.socket().ev().on(Events.MESSAGE_RECEIPT_UPDATE, receipts::add);

        String id = alice.say(birds.jid(), "who has this?");

        Set<Jid> delivered = new HashSet<>();
        while (!delivered.containsAll(Set.of(bob.lid(), carol.lid()))) {
            MessageReceiptUpdate receipt = receipts.poll(PATIENCE_SECONDS, SECONDS);
            assertThat(receipt).as("receipt, after those of %s", delivered).isNotNull();
            if (receipt.key().id().equals(id) && receipt.type() == ReceiptType.DELIVERY) {
                assertThat(receipt.key().remoteJid()).isEqualTo(birds.jid());
                delivered.add(receipt.user());
            }
        }
        bob.socket().readMessages(List.of(bob.await(id).key())).get(PATIENCE_SECONDS, SECONDS);
        MessageReceiptUpdate read;
        do {
            read = receipts.poll(PATIENCE_SECONDS, SECONDS);
            assertThat(read).as("a read receipt").isNotNull();
        } while (read.type() != ReceiptType.READ);
        assertThat(read.user()).isEqualTo(bob.lid());
        assertThat(read.key().id()).isEqualTo(id);
    }

    @Test
    void givenATimerOfTheGroup_whenWrittenTo_thenTheMessageLastsAsLong() throws Exception {
        birds.disappearing(Duration.ofDays(7));
        alice.await(bob.say(alice, "it is set"));

        WebMessage message = bob.await(alice.say(birds.jid(), "for a week"));

        assertThat(message.message().getExtendedTextMessage().getContextInfo().getExpiration())
                .isEqualTo(Duration.ofDays(7).toSeconds());
    }

    @Test
    void givenASenderWhoLostItsOwnKey_whenItWrites_thenAllAreGivenAnotherOne() throws Exception {
        bob.await(alice.say(birds.jid(), "before"));
        alice.disconnect();
        alice.lose(StoreTable.SENDER_KEYS);
        alice.reconnect();

        String id = alice.say(birds.jid(), "after");

        assertThat(bob.await(id).text()).isEqualTo("after");
        assertThat(carol.await(id).text()).isEqualTo("after");
        assertThat(keyIds()).hasSize(2);
        assertNothingFailed(List.of(bob, carol));
    }

    @Test
    void givenARestart_whenWrittenTo_thenTheKeyGoesOnAndNoIterationIsUsedTwice() throws Exception {
        bob.await(alice.say(birds.jid(), "before"));
        alice.disconnect();
        alice.reconnect();

        String id = alice.say(birds.jid(), "after");

        assertThat(bob.await(id).text()).isEqualTo("after");
        assertThat(holdersIn(id)).isEmpty();
        assertThat(keyIds()).hasSize(1);
        assertThat(iterations()).hasSize(2);
    }

    @Test
    void givenAnOldFormOfTheGroup_whenTheServerRefusesMessagesForIt_thenAllGoOnceMoreByThemselvesInOrder()
            throws Exception {
        bob.await(alice.say(birds.jid(), "before"));
        alice.disconnect();
        server.faults()
                .add(
                        StanzaMatch.out("iq")
                                .client(alice.device())
                                .child("group")
                                .first(1),
                        new FaultAction.Rewrite(GroupLies.addressing("pn")));
        alice.reconnect();
        server.journal().clear();

        List<CompletableFuture<SentMessage>> underWay = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            underWay.add(alice.socket().sendMessage(birds.jid(), Content.text("after " + i)));
        }

        for (int i = 0; i < 3; i++) {
            String id = underWay.get(i).get(PATIENCE_SECONDS, SECONDS).key().id();
            assertThat(bob.await(id).text()).isEqualTo("after " + i);
            assertThat(carol.await(id).text()).isEqualTo("after " + i);
            // Those behind the first may leave when the group is known anew.
            assertThat(sentToTheGroup().stream()
                            .filter(message -> id.equals(message.attr("id")))
                            .map(message -> message.attr("addressing_mode"))
                            .toList())
                    .isIn(i == 0 ? List.of(List.of("pn", "lid")) : List.of(List.of("pn", "lid"), List.of("lid")));
        }
        assertThat(written(bob)).containsExactly("before", "after 0", "after 1", "after 2");
        assertThat(iterations()).hasSize(sentToTheGroup().size());
        assertNothingFailed(List.of(bob, carol));
    }

    @Test
    void givenAServerThatRefusesWhateverTheForm_whenWrittenTo_thenItIsTriedOnceMoreAndToldInTheEnd() throws Exception {
        server.faults()
                .add(
                        StanzaMatch.out("iq").client(alice.device()).child("group"),
                        new FaultAction.Rewrite(GroupLies.addressing("pn")));
        alice.disconnect();
        alice.reconnect();

        assertThatThrownBy(() -> alice.say(birds.jid(), "to nobody"))
                .rootCause()
                .isInstanceOfSatisfying(
                        ServerRefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(421));

        assertThat(sentToTheGroup()).hasSize(2);
        server.faults().clear();
        String id = alice.say(birds.jid(), "now to all");
        assertThat(bob.await(id).text()).isEqualTo("now to all");
        assertNothingFailed(List.of(bob, carol));
    }

    /** What people wrote, without what the server told of the group. */
    private static List<String> written(Talker reader) {
        return reader.texts().stream().filter(text -> !text.isEmpty()).toList();
    }

    private static void assertNothingFailed(List<Talker> members) {
        for (Talker member : members) {
            assertThat(member.undecryptable()).isEmpty();
        }
    }

    private List<Node> sentToTheGroup() {
        return server
                .journal()
                .entries(entry -> entry.is(Direction.IN, "message")
                        && birds.jid().equals(entry.stanza().jid("to"))
                        && entry.stanza().child("enc") != null
                        && "skmsg".equals(entry.stanza().requireChild("enc").attr("type")))
                .stream()
                .map(entry -> entry.stanza())
                .toList();
    }

    /** Who was given the sender key in a message. */
    private List<Jid> holdersIn(String id) {
        return sentToTheGroup().stream()
                .filter(message -> id.equals(message.attr("id")))
                .flatMap(message -> message.children("participants").stream())
                .flatMap(participants -> participants.children("to").stream())
                .map(to -> to.requireJid("jid"))
                .toList();
    }

    private List<SenderKeyMessage> ciphertexts() throws Exception {
        List<SenderKeyMessage> found = new ArrayList<>();
        for (Node message : sentToTheGroup()) {
            byte[] bytes = message.requireChild("enc").requireBytes();
            found.add(SenderKeyMessage.parseFrom(ByteString.copyFrom(bytes, 1, bytes.length - 1 - SIGNATURE_BYTES)));
        }
        return found;
    }

    private Set<Integer> keyIds() throws Exception {
        Set<Integer> ids = new HashSet<>();
        ciphertexts().forEach(message -> ids.add(message.getId()));
        return ids;
    }

    /** Each iteration of each key; as many as there are messages, or one was used twice. */
    private Set<List<Integer>> iterations() throws Exception {
        Set<List<Integer>> used = new HashSet<>();
        ciphertexts().forEach(message -> used.add(List.of(message.getId(), message.getIteration())));
        return used;
    }
}
