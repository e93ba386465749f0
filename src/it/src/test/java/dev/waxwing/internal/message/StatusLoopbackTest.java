package dev.waxwing.internal.message;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.waxwing.SendOptions;
import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.event.MessageReceiptUpdate;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.ReceiptType;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.StatusSetting;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.e2e.ExtendedTextMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.signal.SenderKeyMessage;
import dev.waxwing.status.StatusPrivacy;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.LoopbackServerBuilder;
import dev.waxwing.testkit.Phone;
import dev.waxwing.testkit.phone.PhoneMessage;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.GroupLies;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Status posts among Waxwing clients and phones on a strict server. */
class StatusLoopbackTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SIGNATURE_BYTES = 64;
    private static final int GREEN = 0xFF1E6E4F;
    private static final Jid LIST = Jid.parse("1700000000@broadcast");

    private final List<Talker> talkers = new ArrayList<>();
    private LoopbackServer server;
    private Talker alice;
    private Talker bob;
    private Talker carol;

    private void start(UnaryOperator<LoopbackServerBuilder> options) throws Exception {
        server = options.apply(LoopbackServer.builder().strict(true)).start();
        alice = link("Alice");
        bob = link("Bob");
        carol = link("Carol");
    }

    private void start() throws Exception {
        start(options -> options);
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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void givenAnAudience_whenPosted_thenAllItsDevicesHaveItAndNobodyElseHasAnything(boolean underItsOwnTag)
            throws Exception {
        start(options -> options.statusStanzas(underItsOwnTag));
        Talker bobsTablet = link("Bob");
        Talker alicesTablet = link("Alice");

        SentMessage posted = done(alice.socket()
                .status()
                .post(
                        Content.text("berries").onColor(GREEN).inFont(ExtendedTextMessage.FontType.SYSTEM_BOLD),
                        List.of(bob.phoneNumber())));

        assertThat(posted.key().remoteJid()).isEqualTo(Jid.STATUS_BROADCAST);
        for (Talker viewer : List.of(bob, bobsTablet, alicesTablet)) {
            WebMessage status = viewer.await(posted.id());
            assertThat(status.text()).isEqualTo("berries");
            assertThat(status.key().remoteJid()).isEqualTo(Jid.STATUS_BROADCAST);
            assertThat(status.key().participant()).contains(alice.lid());
            assertThat(status.key().participantAlt()).contains(alice.phoneNumber());
            assertThat(status.key().fromMe()).isEqualTo(viewer == alicesTablet);
            ExtendedTextMessage text = status.message().getExtendedTextMessage();
            assertThat(text.getBackgroundArgb()).isEqualTo(GREEN);
            assertThat(text.getFont()).isEqualTo(ExtendedTextMessage.FontType.SYSTEM_BOLD);
            assertThat(viewer.undecryptable()).isEmpty();
        }
        assertNothingFor(carol);
        Node stanza = stanzaOf(posted.id());
        assertThat(stanza.hasAttr("addressing_mode")).isFalse();
        assertThat(stanza.requireChild("meta").attr("status_setting")).isEqualTo("contacts");
        // Each once, though the server may bring them under either tag.
        assertThat(bob.messages())
                .filteredOn(message -> message.id().equals(posted.id()))
                .hasSize(1);
        assertThat(server.unhandled()).isEmpty();
    }

    @Test
    void givenSomebodyLeavesTheAudience_whenPostedAgain_thenThereIsAnotherKeyAndItIsNotHandedOutToThat()
            throws Exception {
        start();
        String first = post("to both", bob, carol);
        bob.await(first);
        carol.await(first);
        String second = post("to both again", bob, carol);
        carol.await(second);
        assertThat(keyIds()).hasSize(1);
        assertThat(copies(second)).isEmpty();

        String third = post("to Bob", bob);

        assertThat(bob.await(third).text()).isEqualTo("to Bob");
        assertThat(keyIds()).hasSize(2);
        assertThat(named(third)).noneMatch(device -> device.sameUser(carol.lid()));

        String fourth = post("to both once more", bob, carol);
        assertThat(carol.await(fourth).text()).isEqualTo("to both once more");
        assertThat(keyIds()).hasSize(2);
        assertThat(copies(fourth)).allMatch(device -> device.sameUser(carol.lid()));
        assertThat(carol.texts()).doesNotContain("to Bob");
        assertThat(carol.undecryptable()).isEmpty();
    }

    @Test
    void givenAPost_whenViewed_thenTheAuthorIsToldWhoAndWhen() throws Exception {
        start();
        WebMessage atBob = bob.await(post("berries", bob, carol));

        MessageReceiptUpdate had = alice.awaitReceipt(
                atBob.id(), receipt -> receipt.type() == ReceiptType.DELIVERY && isFrom(receipt, carol));
        assertThat(had.key().remoteJid()).isEqualTo(Jid.STATUS_BROADCAST);
        assertThat(had.key().fromMe()).isTrue();
        done(bob.socket().readMessages(List.of(atBob.key())));

        MessageReceiptUpdate viewed = alice.awaitReceipt(atBob.id(), receipt -> receipt.type() == ReceiptType.READ);
        assertThat(isFrom(viewed, bob)).isTrue();
        assertThat(viewed.timestamp()).isAfterOrEqualTo(atBob.timestamp());
        Node receipt = server.journal()
                .entries(entry -> entry.is(Direction.IN, "receipt")
                        && "read".equals(entry.stanza().attr("type")))
                .get(0)
                .stanza();
        assertThat(receipt.jid("to")).isEqualTo(Jid.STATUS_BROADCAST);
        assertThat(receipt.jid("participant")).isEqualTo(alice.lid());
        assertThat(receipt.attr("context")).isEqualTo("status");
        assertThat(receipt.jid("peer_participant_pn")).isEqualTo(alice.phoneNumber());
    }

    @Test
    void givenAPost_whenRevoked_thenThoseItWentToAreToldAndNobodyElse() throws Exception {
        start();
        SentMessage posted = done(alice.socket().status().post(Content.text("oops"), List.of(bob.phoneNumber())));
        bob.await(posted.id());
        carol.await(post("for Carol", carol));

        SentMessage revoke = done(alice.socket().status().revoke(posted.key()));

        ProtocolMessage told = bob.await(revoke.id()).message().getProtocolMessage();
        assertThat(told.getType()).isEqualTo(ProtocolMessage.Type.REVOKE);
        assertThat(told.getKey().getID()).isEqualTo(posted.id());
        Node stanza = stanzaOf(revoke.id());
        assertThat(stanza.attr("edit")).isEqualTo("7");
        assertThat(stanza.child("meta")).isNull();
        assertThat(named(revoke.id())).noneMatch(device -> device.sameUser(carol.lid()));
        assertThat(carol.messages()).noneMatch(message -> message.id().equals(revoke.id()));
    }

    @Test
    void givenNoRecordOfAPost_whenRevoked_thenTheFutureSaysSoUnlessTheAudienceIsNamed() throws Exception {
        start();
        MessageKey unknown = MessageKey.of(Jid.STATUS_BROADCAST, true, "3EB0FFFFFFFFFFFFFFFFFF");

        assertThatThrownBy(() -> done(alice.socket().status().revoke(unknown)))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not known any more");
        assertThat(alice.socket().state().name()).isEqualTo("OPEN");
    }

    @Test
    void givenAPost_whenReactedToAndAnswered_thenOnlyTheAuthorHasThat() throws Exception {
        start();
        WebMessage atBob = bob.await(post("berries", bob, carol));

        SentMessage reaction = done(bob.socket().status().react(atBob.key(), "💚"));
        WebMessage atAlice = alice.await(reaction.id());
        assertThat(atAlice.message().getReactionMessage().getText()).isEqualTo("💚");
        assertThat(atAlice.message().getReactionMessage().getKey().getID()).isEqualTo(atBob.id());
        assertThat(atAlice.key().remoteJid()).isEqualTo(Jid.STATUS_BROADCAST);
        assertThat(atAlice.key().participant()).contains(bob.lid());
        Node stanza = stanzaOf(reaction.id());
        assertThat(stanza.jid("to")).isEqualTo(Jid.STATUS_BROADCAST);
        assertThat(stanza.child("enc")).isNull();
        assertThat(stanza.child("meta")).isNull();

        SentMessage reply = done(bob.socket().status().reply(atBob, Content.text("tasty")));
        WebMessage answer = alice.await(reply.id());
        assertThat(answer.text()).isEqualTo("tasty");
        assertThat(answer.key().remoteJid()).isEqualTo(bob.lid());
        var quote = answer.message().getExtendedTextMessage().getContextInfo();
        assertThat(quote.getStanzaID()).isEqualTo(atBob.id());
        assertThat(quote.getRemoteJID()).isEqualTo(Jid.STATUS_BROADCAST.toString());
        assertThat(carol.messages()).extracting(WebMessage::id).containsExactly(atBob.id());
    }

    @Test
    void givenThePrivacyOfTheAccount_whenPostedToContacts_thenItDecidesWhoHasIt() throws Exception {
        start();
        List<Jid> contacts = List.of(bob.phoneNumber(), carol.phoneNumber());
        assertThat(done(alice.socket().status().privacy()).setting()).isEqualTo(StatusSetting.CONTACTS);
        String toAll = done(alice.socket().status().postToContacts(Content.text("to all"), contacts))
                .id();
        bob.await(toAll);
        carol.await(toAll);

        // By LID on the list, by phone number among the contacts: the same person.
        server.chooseStatusPrivacy("Alice", "blacklist", carol.lid());
        assertThat(done(alice.socket().status().privacy()))
                .isEqualTo(new StatusPrivacy(StatusSetting.DENY_LIST, List.of(carol.lid())));
        String notToCarol = done(alice.socket().status().postToContacts(Content.text("not to Carol"), contacts))
                .id();
        bob.await(notToCarol);
        assertThat(named(notToCarol)).noneMatch(device -> device.sameUser(carol.lid()));
        assertThat(stanzaOf(notToCarol).requireChild("meta").attr("status_setting"))
                .isEqualTo("denylist");

        server.chooseStatusPrivacy("Alice", "whitelist", carol.phoneNumber());
        String toCarol = done(alice.socket().status().postToContacts(Content.text("to Carol"), List.of()))
                .id();
        assertThat(carol.await(toCarol).text()).isEqualTo("to Carol");
        assertThat(stanzaOf(toCarol).requireChild("meta").attr("status_setting"))
                .isEqualTo("allowlist");
        assertThat(bob.texts()).doesNotContain("to Carol");
        assertThat(carol.texts()).doesNotContain("not to Carol");
        server.chooseStatusPrivacy("Alice", "contacts");
        assertThatThrownBy(() -> done(alice.socket().status().postToContacts(Content.text("to nobody"), List.of())))
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void givenAViewerThatLostItsKeys_whenPostedTo_thenItRecoversByOneRetry() throws Exception {
        start();
        bob.await(post("before", bob, carol));
        bob.disconnect();
        bob.lose(StoreTable.SENDER_KEYS);
        bob.reconnect();

        String lost = post("do you read me?", bob, carol);
        assertThat(bob.await(lost).text()).isEqualTo("do you read me?");
        assertThat(bob.undecryptable(lost)).hasSize(1);
        assertThat(bob.await(post("and this?", bob, carol)).text()).isEqualTo("and this?");

        // Only Bob has the copy that went out once more.
        assertThat(bob.messages())
                .filteredOn(message -> message.id().equals(lost))
                .hasSize(1);
        assertThat(carol.messages())
                .filteredOn(message -> message.id().equals(lost))
                .hasSize(1);
        assertThat(carol.undecryptable()).isEmpty();
    }

    @Test
    void givenSomebodyOutsideOfTheAudience_whenItAsksForAPost_thenItGetsNothing() throws Exception {
        start();
        carol.await(post("for both", bob, carol));
        String secret = post("for Bob", bob);
        bob.await(secret);
        server.journal().clear();
        Node retry = Node.builder("receipt")
                .attr("id", secret)
                .attr("from", Jid.STATUS_BROADCAST)
                .attr("participant", carol.lid().withDevice(carol.device().device()))
                .attr("type", "retry")
                .attr("t", 1)
                .child(Node.builder("retry")
                        .attr("count", 1)
                        .attr("id", secret)
                        .attr("t", 1)
                        .attr("v", "1")
                        .build())
                .child(Node.builder("registration").bytes(new byte[4]).build())
                .build();
        CompletableFuture<?> answered = server.journal()
                .await(entry -> entry.is(Direction.IN, "ack")
                        && secret.equals(entry.stanza().attr("id")));

        server.connections().send(alice.device(), retry);

        answered.get(PATIENCE.toSeconds(), SECONDS);
        assertThat(server.journal().entries(entry -> entry.is(Direction.IN, "message")))
                .isEmpty();
        assertThat(carol.texts()).doesNotContain("for Bob");
    }

    @Test
    void givenAViewerWhoLeftTheAudience_whenItAsksForItsPostAgain_thenItHasThatWithoutTheKeyToLaterOnes()
            throws Exception {
        start();
        // The first post comes to Carol spoilt, when the next one is not for her any more.
        server.faults().add(StanzaMatch.out("message").client(carol.device()).first(1), new FaultAction.Drop());
        String first = post("for both", bob, carol);
        bob.await(first);
        bob.await(post("for Bob", bob));
        server.faults().clear();
        server.faults()
                .add(StanzaMatch.out("message").client(carol.device()).first(1), new FaultAction.CorruptCiphertext());
        carol.disconnect();
        carol.reconnect();

        assertThat(carol.await(first).text()).isEqualTo("for both");
        assertThat(carol.undecryptable(first)).isNotEmpty();
        String third = post("for Bob again", bob);
        bob.await(third);

        assertThat(copies(third)).isEmpty();
        assertThat(keyIds()).hasSize(2);
        List<StoreEntry> keys = carol.store().transact(tx -> tx.scanPrefix(StoreTable.SENDER_KEYS, "", 10));
        assertThat(keys).noneMatch(row -> row.key().contains("status"));
    }

    @Test
    void givenAServerThatNamesAnotherAuthor_whenAPostComes_thenItIsRefused() throws Exception {
        start();
        bob.await(post("before", bob));
        bob.await(doneBy(carol, "Carol's", bob));
        Jid carolsDevice = carol.lid().withDevice(carol.device().device());
        server.faults()
                .add(
                        StanzaMatch.out("message").client(bob.device()),
                        new FaultAction.Rewrite(GroupLies.author(carolsDevice)));

        String forged = post("in Carol's name", bob);

        assertThat(bob.awaitUndecryptable(forged, 1).reason()).isNotEqualTo(DecryptionFailedException.Reason.DUPLICATE);
        assertThat(bob.texts()).doesNotContain("in Carol's name");
    }

    @Test
    void givenADeviceThatTheServerMadeUp_whenPosted_thenItIsGivenNoKey() throws Exception {
        start();
        server.faults().add(StanzaMatch.out("iq"), new FaultAction.Rewrite(GroupLies.phantomDevice(77)));

        String id = post("berries", bob);

        bob.await(id);
        assertThat(copies(id)).isNotEmpty().noneMatch(device -> device.device() == 77);
    }

    @Test
    void givenAnOldPostThatCannotBeOpened_whenItComes_thenItIsNotAskedForAgain() throws Exception {
        start();
        bob.await(post("before", bob));
        server.faults()
                .add(
                        StanzaMatch.out("message").client(bob.device()).first(1),
                        new FaultAction.Rewrite(StatusLoopbackTest::oldAndSpoilt));
        server.journal().clear();

        String spoilt = post("yesterday's", bob);

        bob.awaitUndecryptable(spoilt, 1);
        alice.await(bob.say(alice, "behind it"));
        assertThat(server.journal()
                        .entries(entry -> entry.is(Direction.IN, "receipt")
                                && "retry".equals(entry.stanza().attr("type"))))
                .isEmpty();
    }

    @Test
    void givenPhones_whenTheyPostViewReactAndRevoke_thenWaxwingIsToldOfEach() throws Exception {
        start();
        Phone dave = server.phone("Dave");
        PhoneMessage posted = dave.postStatus(text("from a phone"), alice.phoneNumber(), bob.phoneNumber());
        WebMessage atAlice = alice.await(posted.id());
        assertThat(atAlice.text()).isEqualTo("from a phone");
        assertThat(atAlice.key().participant()).contains(dave.lid());
        bob.await(posted.id());
        assertNothingFor(carol);

        String mine = done(alice.socket().status().post(Content.text("for Dave"), List.of(dave.jid())))
                .id();
        PhoneMessage atDave = dave.await(message -> message.id().equals(mine), PATIENCE);
        assertThat(atDave.text()).isEqualTo("for Dave");
        assertThat(atDave.chat()).isEqualTo(Jid.STATUS_BROADCAST);
        dave.viewStatus(atDave);
        MessageReceiptUpdate viewed = alice.awaitReceipt(mine, receipt -> receipt.type() == ReceiptType.READ);
        assertThat(viewed.user()).isIn(dave.jid(), dave.lid());
        PhoneMessage reaction = dave.reactToStatus(atDave, "💚");
        assertThat(alice.await(reaction.id()).message().getReactionMessage().getText())
                .isEqualTo("💚");

        Message revoke = Message.newBuilder()
                .setProtocolMessage(ProtocolMessage.newBuilder()
                        .setType(ProtocolMessage.Type.REVOKE)
                        .setKey(dev.waxwing.proto.common.MessageKey.newBuilder()
                                .setRemoteJID(Jid.STATUS_BROADCAST.toString())
                                .setFromMe(true)
                                .setID(posted.id())))
                .build();
        String revoked =
                dave.postStatus(revoke, alice.phoneNumber(), bob.phoneNumber()).id();
        assertThat(alice.await(revoked).message().getProtocolMessage().getKey().getID())
                .isEqualTo(posted.id());
    }

    @Test
    void givenABroadcastList_whenWrittenTo_thenEachHasTheMessageInTheChatWithTheSender() throws Exception {
        start();
        Talker alicesTablet = link("Alice");
        SendOptions toBoth = SendOptions.builder()
                .recipients(List.of(bob.phoneNumber(), carol.lid()))
                .build();

        String id = done(alice.socket().sendMessage(LIST, Content.text("to the list"), toBoth))
                .id();

        for (Talker reader : List.of(bob, carol)) {
            MessageKey key = reader.await(id).key();
            assertThat(key.remoteJid()).isEqualTo(alice.lid());
            assertThat(key.remoteJidAlt()).contains(alice.phoneNumber());
            assertThat(key.participant()).isEmpty();
            assertThat(key.broadcast()).contains(LIST);
        }
        MessageKey own = alicesTablet.await(id).key();
        assertThat(own.remoteJid()).isEqualTo(LIST);
        assertThat(own.fromMe()).isTrue();

        done(bob.socket().readMessages(List.of(bob.await(id).key())));
        MessageReceiptUpdate read = alice.awaitReceipt(id, receipt -> receipt.type() == ReceiptType.READ);
        assertThat(isFrom(read, bob)).isTrue();
        assertThat(read.key().remoteJid()).isEqualTo(LIST);

        Phone dave = server.phone("Dave");
        String fromPhone =
                dave.sendToList(LIST, text("from a phone"), bob.phoneNumber()).id();
        assertThat(bob.await(fromPhone).key().broadcast()).contains(LIST);
        assertThat(bob.await(fromPhone).key().remoteJid()).isEqualTo(dave.lid());
    }

    @Test
    void givenAGroup_whenAStatusOfTheGroupIsPosted_thenMembersHaveItWrapped() throws Exception {
        start();
        Jid birds =
                server.phone("Alice").createGroup("Birds", bob.phoneNumber()).jid();

        String id = done(alice.socket()
                        .sendMessage(birds, Content.text("of the group").asGroupStatus()))
                .id();

        WebMessage atBob = bob.await(id);
        assertThat(atBob.text()).isEqualTo("of the group");
        assertThat(atBob.key().remoteJid()).isEqualTo(birds);
        assertThat(atBob.message().hasGroupStatusMessageV2()).isTrue();
        assertThat(atBob.message().getMessageContextInfo().hasMessageSecret()).isTrue();
        assertThatThrownBy(() -> alice.socket()
                        .sendMessage(bob.phoneNumber(), Content.text("no group").asGroupStatus()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("goes to a group");
    }

    @Test
    void givenARestartBeforeTheAck_whenPosted_thenItGoesOutOnceAndNoIterationIsUsedTwice() throws Exception {
        start();
        bob.await(post("before", bob));
        server.faults().add(StanzaMatch.out("ack").client(alice.device()).first(1), new FaultAction.Drop());
        CompletableFuture<SentMessage> posting =
                alice.socket().status().post(Content.text("unconfirmed"), List.of(bob.phoneNumber()));
        WebMessage atBob = bob.awaitText("unconfirmed");
        alice.disconnect();
        assertThat(posting).isCompletedExceptionally();
        alice.reconnect();
        bob.await(post("after", bob));

        assertThat(bob.messages())
                .filteredOn(message -> message.id().equals(atBob.id()))
                .hasSize(1);
        Set<ByteString> sent = new HashSet<>();
        posts().forEach(stanza ->
                sent.add(ByteString.copyFrom(stanza.requireChild("enc").requireBytes())));
        assertThat(sent).hasSize(3);
    }

    private static Node oldAndSpoilt(Node post) {
        byte[] ciphertext = post.requireChild("enc").requireBytes();
        ciphertext[ciphertext.length - 1] ^= 1;
        return Node.builder(post.tag())
                .attr("id", post.requireAttr("id"))
                .attr("from", post.requireJid("from"))
                .attr("participant", post.requireJid("participant"))
                .attr("type", "text")
                .attr("t", 1_000)
                .child(Node.builder("enc")
                        .attr("v", "2")
                        .attr("type", "skmsg")
                        .bytes(ciphertext)
                        .build())
                .build();
    }

    private String post(String text, Talker... viewers) throws Exception {
        return doneBy(alice, text, viewers);
    }

    private static String doneBy(Talker author, String text, Talker... viewers) throws Exception {
        List<Jid> people = new ArrayList<>();
        for (Talker viewer : viewers) {
            people.add(viewer.phoneNumber());
        }
        return done(author.socket().status().post(Content.text(text), people)).id();
    }

    private static Message text(String text) {
        return Message.newBuilder().setConversation(text).build();
    }

    private static <T> T done(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE.toSeconds(), SECONDS);
    }

    private static boolean isFrom(MessageReceiptUpdate receipt, Talker person) {
        return receipt.user().equals(person.lid()) || receipt.user().equals(person.phoneNumber());
    }

    private void assertNothingFor(Talker outsider) {
        assertThat(server.journal()
                        .entries(entry ->
                                entry.device().filter(outsider.device()::equals).isPresent()
                                        && (entry.is(Direction.OUT, "message") || entry.is(Direction.OUT, "status"))))
                .isEmpty();
        assertThat(outsider.messages()).isEmpty();
    }

    private Node stanzaOf(String id) {
        return server.journal()
                .entries(entry -> entry.is(Direction.IN, "message")
                        && id.equals(entry.stanza().attr("id")))
                .get(0)
                .stanza();
    }

    private List<Node> posts() {
        return server
                .journal()
                .entries(entry -> entry.is(Direction.IN, "message")
                        && Jid.STATUS_BROADCAST.equals(entry.stanza().jid("to"))
                        && entry.device().filter(alice.device()::equals).isPresent())
                .stream()
                .map(entry -> entry.stanza())
                .filter(stanza -> stanza.child("enc") != null)
                .toList();
    }

    /** Everybody whom a post names, by device or as a person. */
    private List<Jid> named(String id) {
        return stanzaOf(id).requireChild("participants").children("to").stream()
                .map(to -> to.requireJid("jid"))
                .toList();
    }

    /** The devices that a post brings the key to. */
    private List<Jid> copies(String id) {
        return stanzaOf(id).requireChild("participants").children("to").stream()
                .filter(to -> to.child("enc") != null)
                .map(to -> to.requireJid("jid"))
                .toList();
    }

    /** Of the sender keys that Alice's posts were encrypted with. */
    private Set<Integer> keyIds() throws Exception {
        Set<Integer> ids = new HashSet<>();
        for (Node stanza : posts()) {
            byte[] skmsg = stanza.requireChild("enc").requireBytes();
            ids.add(SenderKeyMessage.parseFrom(ByteString.copyFrom(skmsg, 1, skmsg.length - 1 - SIGNATURE_BYTES))
                    .getId());
        }
        return ids;
    }
}
