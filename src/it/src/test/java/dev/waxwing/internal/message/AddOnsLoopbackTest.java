package dev.waxwing.internal.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.waxwing.event.MessageSealed;
import dev.waxwing.event.MessagesReaction;
import dev.waxwing.event.MessagesUpdate;
import dev.waxwing.internal.addon.AddOnCipher;
import dev.waxwing.internal.addon.AddOnKind;
import dev.waxwing.internal.addon.OptionHashes;
import dev.waxwing.model.EventResponse;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.content.CommentContent;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.EditContent;
import dev.waxwing.model.content.PollContent;
import dev.waxwing.model.content.TextContent;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.model.content.WireKeys;
import dev.waxwing.proto.e2e.EncCommentMessage;
import dev.waxwing.proto.e2e.EncEventResponseMessage;
import dev.waxwing.proto.e2e.EncReactionMessage;
import dev.waxwing.proto.e2e.EventResponseMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.MessageContextInfo;
import dev.waxwing.proto.e2e.PollEncValue;
import dev.waxwing.proto.e2e.PollUpdateMessage;
import dev.waxwing.proto.e2e.PollVoteMessage;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.e2e.ReactionMessage;
import dev.waxwing.proto.e2e.SecretEncryptedMessage;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is sealed by the secret of the message that it is about. */
class AddOnsLoopbackTest {

    private static final byte[] SECRET = new byte[32];

    private final List<Talker> talkers = new ArrayList<>();
    private LoopbackServer server;
    private Talker alice;
    private Talker bob;

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

    @Test
    void givenAReceivedText_whenItsAuthorEditsItSealedByItsSecret_thenThatIsTheEditOfTheTarget_B26() throws Exception {
        WebMessage original =
                bob.await(alice.send(bob.phoneNumber(), withSecret("helo")).id());

        String edit = alice.send(bob.phoneNumber(), sealedEdit(alice, original, alice.lid(), "hello"))
                .id();

        MessagesUpdate.Edited edited = bob.awaitUpdate(MessagesUpdate.Edited.class, edit);
        assertThat(edited.key()).isEqualTo(original.key());
        assertThat(edited.content())
                .isInstanceOfSatisfying(
                        TextContent.class, text -> assertThat(text.text()).isEqualTo("hello"));
        assertThat(bob.await(edit).content()).isInstanceOf(EditContent.class);
        assertThat(bob.await(edit).text()).isNotEmpty();
    }

    @Test
    void givenAReceivedText_whenItsEditIsSealedByTheNumberInPlaceOfTheLid_thenItIsOpenedAllTheSame() throws Exception {
        WebMessage original =
                bob.await(alice.send(bob.phoneNumber(), withSecret("helo")).id());
        String edit = alice.send(bob.phoneNumber(), sealedEdit(alice, original, alice.phoneNumber(), "hello"))
                .id();
        assertThat(bob.awaitUpdate(MessagesUpdate.Edited.class, edit).key()).isEqualTo(original.key());
    }

    @Test
    void givenAReceivedText_whenSomebodyElseEditsItSealed_thenThatIsRefused() throws Exception {
        String id = bob.send(alice.phoneNumber(), withSecret("I owe you 10")).id();
        WebMessage atAlice = alice.await(id);
        Content forged = sealed(alice, atAlice, alice.lid(), bob.lid(), AddOnKind.MESSAGE_EDIT, text("I owe you 1000"));
        String by = alice.send(bob.phoneNumber(), forged).id();
        assertThat(bob.awaitRefused(by).reason()).hasMessageContaining("somebody else wrote");
    }

    @Test
    void givenAnEditSealedByAnotherSecret_whenItComes_thenItIsToldAndShownAsItIs() throws Exception {
        WebMessage original = bob.await(alice.say(bob, "a secret of its own"));
        WebMessage other = new WebMessage(
                original.key(),
                original.timestamp(),
                original.pushName(),
                Message.newBuilder()
                        .setMessageContextInfo(
                                MessageContextInfo.newBuilder().setMessageSecret(ByteString.copyFrom(SECRET)))
                        .build());
        String edit = alice.send(bob.phoneNumber(), sealedEdit(alice, other, alice.lid(), "x"))
                .id();
        MessageSealed sealed = bob.awaitSealed(edit);
        assertThat(sealed.reason()).isEqualTo(MessageSealed.Reason.NOT_AUTHENTIC);
        assertThat(sealed.key()).isEqualTo(original.key());
        assertThat(bob.await(edit).message().hasSecretEncryptedMessage()).isTrue();
    }

    @Test
    void givenAnEditOfAMessageThatNeverCame_whenItComes_thenItIsToldAndShownAsItIs() throws Exception {
        WebMessage original =
                bob.await(alice.send(bob.phoneNumber(), withSecret("helo")).id());
        WebMessage unknown = new WebMessage(
                MessageKey.of(original.key().remoteJid(), false, "3EB0UNKNOWN"),
                original.timestamp(),
                original.pushName(),
                original.message());
        String edit = alice.send(bob.phoneNumber(), sealedEdit(alice, unknown, alice.lid(), "x"))
                .id();
        assertThat(bob.awaitSealed(edit).reason()).isEqualTo(MessageSealed.Reason.TARGET_UNKNOWN);
        assertThat(bob.await(edit).message().hasSecretEncryptedMessage()).isTrue();
    }

    @Test
    void givenASentText_whenTheOtherReactsAndCommentsSealed_thenBothAreAsIfTheyWereNot() throws Exception {
        String id = alice.send(bob.phoneNumber(), withSecret("who comes?")).id();
        WebMessage atBob = bob.await(id);

        String reaction = bob.send(
                        alice.phoneNumber(),
                        sealed(
                                bob,
                                atBob,
                                bob.lid(),
                                alice.lid(),
                                AddOnKind.REACTION,
                                ReactionMessage.newBuilder()
                                        .setText("x")
                                        .build()
                                        .toByteArray()))
                .id();
        MessagesReaction.Reaction told = alice.awaitReaction(reaction);
        assertThat(told.content().emoji()).isEqualTo("x");
        assertThat(told.key().fromMe()).isTrue();
        assertThat(told.key().id()).isEqualTo(id);

        String comment = bob.send(
                        alice.phoneNumber(),
                        sealed(bob, atBob, bob.lid(), alice.lid(), AddOnKind.COMMENT, text("a comment")))
                .id();
        assertThat(alice.await(comment).content()).isInstanceOf(CommentContent.class);
    }

    @Test
    void givenASentPoll_whenTheOtherVotes_thenTheVoteNamesTheOptions() throws Exception {
        PollContent poll = Content.poll("Which?", "red", "green", "blue");
        String id = alice.send(bob.phoneNumber(), poll).id();
        WebMessage atBob = bob.await(id);
        byte[] vote = PollVoteMessage.newBuilder()
                .addSelectedOptions(OptionHashes.hash("green"))
                .build()
                .toByteArray();

        String by = bob.send(alice.phoneNumber(), sealed(bob, atBob, bob.lid(), alice.lid(), AddOnKind.POLL_VOTE, vote))
                .id();

        MessagesUpdate.Voted voted = alice.awaitUpdate(MessagesUpdate.Voted.class, by);
        assertThat(voted.key().id()).isEqualTo(id);
        assertThat(voted.key().fromMe()).isTrue();
        assertThat(voted.vote().optionsOf(poll)).containsExactly("green");
        assertThat(voted.vote().votedAt().toEpochMilli()).isEqualTo(1_760_000_000_123L);
        assertThat(voted.by().author()).isEqualTo(bob.lid());
    }

    @Test
    void givenASentEvent_whenTheOtherResponds_thenItIsToldWhoComes() throws Exception {
        String id = alice.send(bob.phoneNumber(), Content.event("Tea", Instant.ofEpochSecond(1_800_000_000)))
                .id();
        WebMessage atBob = bob.await(id);
        byte[] response = EventResponseMessage.newBuilder()
                .setResponse(EventResponseMessage.EventResponseType.GOING)
                .setTimestampMS(5)
                .setExtraGuestCount(2)
                .build()
                .toByteArray();

        String by = bob.send(
                        alice.phoneNumber(),
                        sealed(bob, atBob, bob.lid(), alice.lid(), AddOnKind.EVENT_RESPONSE, response))
                .id();

        MessagesUpdate.Responded responded = alice.awaitUpdate(MessagesUpdate.Responded.class, by);
        assertThat(responded.key().id()).isEqualTo(id);
        assertThat(responded.response())
                .isEqualTo(new EventResponse(EventResponse.Answer.GOING, 2, Instant.ofEpochMilli(5)));
    }

    private static Content withSecret(String text) {
        return Content.raw(Message.newBuilder()
                .setConversation(text)
                .setMessageContextInfo(MessageContextInfo.newBuilder().setMessageSecret(ByteString.copyFrom(SECRET)))
                .build());
    }

    private static byte[] text(String text) {
        return Message.newBuilder().setConversation(text).build().toByteArray();
    }

    private static Content sealedEdit(Talker author, WebMessage target, Jid form, String text) {
        return sealed(
                author,
                target,
                form,
                form,
                AddOnKind.MESSAGE_EDIT,
                Message.newBuilder()
                        .setProtocolMessage(ProtocolMessage.newBuilder()
                                .setType(ProtocolMessage.Type.MESSAGE_EDIT)
                                .setEditedMessage(Message.newBuilder().setConversation(text)))
                        .build()
                        .toByteArray());
    }

    /** As its author writes it: the key from its own side. */
    private static Content sealed(
            Talker author, WebMessage target, Jid modifier, Jid original, AddOnKind kind, byte[] plain) {
        AddOnCipher.Sealed sealed = AddOnCipher.seal(
                new AddOnCipher.Binding(kind, secretOf(target), target.id(), original, modifier), plain);
        boolean ofAuthor = original.equals(author.lid()) || original.equals(author.phoneNumber());
        dev.waxwing.proto.common.MessageKey key =
                WireKeys.write(MessageKey.of(target.key().remoteJid(), ofAuthor, target.id()));
        ByteString iv = ByteString.copyFrom(sealed.iv());
        ByteString payload = ByteString.copyFrom(sealed.payload());
        Message.Builder message = Message.newBuilder();
        switch (kind) {
            case REACTION ->
                message.setEncReactionMessage(EncReactionMessage.newBuilder()
                        .setTargetMessageKey(key)
                        .setEncIV(iv)
                        .setEncPayload(payload));
            case COMMENT ->
                message.setEncCommentMessage(EncCommentMessage.newBuilder()
                        .setTargetMessageKey(key)
                        .setEncIV(iv)
                        .setEncPayload(payload));
            case POLL_VOTE ->
                message.setPollUpdateMessage(PollUpdateMessage.newBuilder()
                        .setPollCreationMessageKey(key)
                        .setSenderTimestampMS(1_760_000_000_123L)
                        .setVote(PollEncValue.newBuilder().setEncIV(iv).setEncPayload(payload)));
            case EVENT_RESPONSE ->
                message.setEncEventResponseMessage(EncEventResponseMessage.newBuilder()
                        .setEventCreationMessageKey(key)
                        .setEncIV(iv)
                        .setEncPayload(payload));
            default ->
                message.setSecretEncryptedMessage(SecretEncryptedMessage.newBuilder()
                        .setTargetMessageKey(key)
                        .setEncIV(iv)
                        .setEncPayload(payload)
                        .setSecretEncType(SecretEncryptedMessage.SecretEncType.MESSAGE_EDIT));
        }
        return Content.raw(message.build());
    }

    private static byte[] secretOf(WebMessage message) {
        return message.message().getMessageContextInfo().getMessageSecret().toByteArray();
    }
}
