package dev.waxwing.model.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageWrappers;
import dev.waxwing.proto.e2e.ContactMessage;
import dev.waxwing.proto.e2e.ContextInfo;
import dev.waxwing.proto.e2e.DeviceSentMessage;
import dev.waxwing.proto.e2e.ExtendedTextMessage;
import dev.waxwing.proto.e2e.FutureProofMessage;
import dev.waxwing.proto.e2e.ImageMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.e2e.ReactionMessage;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MessageContentTest {

    private static final Jid BOB = Jid.parse("15551230002@s.whatsapp.net");
    private static final Message HELLO = Message.newBuilder()
            .setExtendedTextMessage(ExtendedTextMessage.newBuilder().setText("hello"))
            .build();

    @Test
    void givenTheFamily_whenSwitchedOver_thenACompilerAsksForADefaultBranch() {
        // A permitted class that cannot be named is what makes an exhaustive list of cases impossible.
        assertThat(Arrays.stream(MessageContent.class.getPermittedSubclasses())
                        .filter(kind -> !Modifier.isPublic(kind.getModifiers())))
                .containsExactly(UnlistedContent.class);
        assertThat(Arrays.stream(MessageContent.class.getPermittedSubclasses()))
                .allSatisfy(kind -> assertThat(Modifier.isFinal(kind.getModifiers()))
                        .as(kind.getName())
                        .isTrue());
    }

    @Test
    void givenEachWrapper_whenRead_thenItIsLookedThrough() {
        for (var wrapper : MessageWrappers.fields()) {
            Message wrapped = Message.newBuilder()
                    .setField(
                            wrapper,
                            FutureProofMessage.newBuilder().setMessage(HELLO).build())
                    .build();

            assertThat(MessageContent.of(wrapped)).as(wrapper.getName()).isEqualTo(Content.text("hello"));
            assertThat(ReceivedContext.of(wrapped).wrappers()).containsExactly(wrapper.getName());
        }
        Message sent = Message.newBuilder()
                .setDeviceSentMessage(DeviceSentMessage.newBuilder().setMessage(HELLO))
                .build();
        assertThat(MessageContent.of(sent)).isEqualTo(Content.text("hello"));
    }

    @Test
    void givenAContactThatIsTooLarge_whenItIsToBeSent_thenItIsRefusedAndOnlyThen() {
        String longest = "x".repeat(Contact.MAX_VCARD);

        assertThat(Content.contacts(new Contact("Bob", longest)).contacts()).hasSize(1);
        assertThatThrownBy(() -> Content.contacts(new Contact("Bob", longest + "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("vcard must have at most 65536 characters");
        assertThatThrownBy(() -> Content.contacts(new Contact("x".repeat(ContentLimits.MAX_TEXT + 1), longest)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("displayName must have at most 4096 characters");
        MessageContent received = MessageContent.of(Message.newBuilder()
                .setContactMessage(ContactMessage.newBuilder().setVcard(longest + "x"))
                .build());
        assertThat(received)
                .isInstanceOfSatisfying(
                        ContactsContent.class,
                        contacts -> assertThat(contacts.contacts()).hasSize(1));
    }

    @Test
    void givenAnEditInItsWrapper_whenRead_thenItSaysWhatItEdits() {
        MessageKey target = MessageKey.of(BOB, true, "E1");
        Message edit = Message.newBuilder()
                .setEditedMessage(FutureProofMessage.newBuilder()
                        .setMessage(Message.newBuilder()
                                .setProtocolMessage(ProtocolMessage.newBuilder()
                                        .setType(ProtocolMessage.Type.MESSAGE_EDIT)
                                        .setKey(WireKeys.write(target))
                                        .setEditedMessage(HELLO))))
                .build();

        assertThat(MessageContent.of(edit)).isInstanceOfSatisfying(EditContent.class, read -> {
            assertThat(read.target()).isEqualTo(target);
            assertThat(read.content()).isEqualTo(Content.text("hello"));
            assertThat(read.replacement()).isEmpty();
        });
    }

    @Test
    void givenAKeyWithoutAnId_whenRead_thenTheContentIsUnknownAndNothingIsThrown() {
        Message reaction = Message.newBuilder()
                .setReactionMessage(ReactionMessage.newBuilder().setText("x"))
                .build();

        assertThat(MessageContent.of(reaction)).isEqualTo(new UnknownContent(reaction));
    }

    @Test
    void givenAKindNotKnown_whenRead_thenItIsUnknownAndShowsNoContent() {
        Message image = Message.newBuilder()
                .setChat(dev.waxwing.proto.e2e.Chat.newBuilder().setDisplayName("secret"))
                .build();

        assertThat(MessageContent.of(image)).isEqualTo(new UnknownContent(image));
        assertThat(MessageContent.of(image).toString()).contains("chat").doesNotContain("secret");
    }

    @Test
    void givenReactions_whenWrittenAndRead_thenTheyAreTheSame() {
        MessageKey target = MessageKey.builder(Jid.parse("120363000000000001@g.us"), false, "R1")
                .participant(BOB)
                .build();
        for (ReactionContent reaction : new ReactionContent[] {Content.react(target, "x"), Content.unreact(target)}) {
            Message wire = WireForm.of(reaction, Instant.ofEpochMilli(7)).orElseThrow();

            assertThat(MessageContent.of(wire)).isEqualTo(reaction);
            assertThat(((ReactionContent) MessageContent.of(wire)).reactedAt()).contains(Instant.ofEpochMilli(7));
        }
    }

    @Test
    void givenAContext_whenRead_thenItSaysWhatIsQuotedMentionedForwardedAndHowLongItLasts() {
        ContextInfo info = ContextInfo.newBuilder()
                .setStanzaID("Q1")
                .setParticipant("15551230002:3@s.whatsapp.net")
                .setQuotedMessage(HELLO)
                .addMentionedJID("15551230002@s.whatsapp.net")
                .addMentionedJID("not an address @")
                .setNonJIDMentions(1)
                .setForwardingScore(5)
                .setIsForwarded(true)
                .setExpiration(86_400)
                .build();
        Message message = Message.newBuilder()
                .setViewOnceMessageV2(FutureProofMessage.newBuilder()
                        .setMessage(Message.newBuilder()
                                .setImageMessage(ImageMessage.newBuilder().setContextInfo(info))))
                .build();

        ReceivedContext context = ReceivedContext.of(message);

        QuotedMessage quoted = context.quoted().orElseThrow();
        assertThat(quoted).isEqualTo(new QuotedMessage("Q1", Optional.of(BOB), Optional.empty(), HELLO));
        assertThat(quoted.content()).isEqualTo(Content.text("hello"));
        assertThat(context.mentions()).containsExactly(BOB);
        assertThat(context.isEveryoneMentioned()).isTrue();
        assertThat(context.forwardingScore()).isEqualTo(5);
        assertThat(context.expiration()).contains(Duration.ofDays(1));
        assertThat(context.isViewOnce()).isTrue();
    }

    @Test
    void givenAMessageWithoutContext_whenRead_thenThereIsNone() {
        ReceivedContext context = ReceivedContext.of(HELLO);

        assertThat(context.quoted()).isEmpty();
        assertThat(context.mentions()).isEmpty();
        assertThat(context.forwardingScore()).isZero();
        assertThat(context.expiration()).isEmpty();
        assertThat(context.isViewOnce()).isFalse();
    }
}
