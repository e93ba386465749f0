package dev.waxwing.internal.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageWrappers;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.ForwardedContent;
import dev.waxwing.model.content.TextContent;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.e2e.AlbumMessage;
import dev.waxwing.proto.e2e.ContextInfo;
import dev.waxwing.proto.e2e.DeviceSentMessage;
import dev.waxwing.proto.e2e.ExtendedTextMessage;
import dev.waxwing.proto.e2e.FutureProofMessage;
import dev.waxwing.proto.e2e.ImageMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.MessageContextInfo;
import dev.waxwing.proto.e2e.PinInChatMessage;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.e2e.ReactionMessage;
import dev.waxwing.proto.e2e.SecretEncryptedMessage;
import dev.waxwing.proto.e2e.SecretEncryptedMessage.SecretEncType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContentCodecsTest {

    private static final Jid ME = Jid.parse("15551230001:5@s.whatsapp.net");
    private static final Jid BOB = Jid.parse("15551230002@s.whatsapp.net");
    private static final Jid BOBS_LID = Jid.parse("236395184570386@lid");
    private static final Message IMAGE = Message.newBuilder()
            .setImageMessage(ImageMessage.newBuilder().setCaption("look"))
            .build();

    private final ContentCodecs codecs = new ContentCodecs();

    @Test
    void givenText_whenEncoded_thenExtendedTextWithAFreshSecret() {
        Message first = encode(Content.text("hello"));
        Message second = encode(Content.text("hello"));

        assertThat(first.getExtendedTextMessage().getText()).isEqualTo("hello");
        assertThat(first.getExtendedTextMessage().hasContextInfo()).isFalse();
        assertThat(first.getMessageContextInfo().getMessageSecret().size()).isEqualTo(32);
        assertThat(first.getMessageContextInfo().getMessageSecret())
                .isNotEqualTo(second.getMessageContextInfo().getMessageSecret());
    }

    @Test
    void givenQuoteOfAQuote_whenEncoded_thenOnlyTheInnerTextIsCarried() {
        Message quotedMessage = encode(Content.text("second")
                .quoting(received(
                        "A1", Message.newBuilder().setConversation("first").build())));
        WebMessage quoted = received("A2", quotedMessage);

        Message answer = encode(Content.text("third").quoting(quoted).mentioning(BOB));

        var context = answer.getExtendedTextMessage().getContextInfo();
        assertThat(context.getStanzaID()).isEqualTo("A2");
        assertThat(context.getParticipant()).isEqualTo(BOB.toString());
        assertThat(context.getMentionedJIDList()).containsExactly(BOB.toString());
        assertThat(context.getQuotedMessage().getExtendedTextMessage().getText())
                .isEqualTo("second");
        assertThat(context.getQuotedMessage().getExtendedTextMessage().hasContextInfo())
                .isFalse();
    }

    @Test
    void givenOwnMessage_whenQuoted_thenTheAuthorIsThisAccount() {
        WebMessage own = new WebMessage(
                MessageKey.of(BOB, true, "A3"),
                Instant.EPOCH,
                Optional.empty(),
                Message.newBuilder().setConversation("mine").build());

        Message answer = encode(Content.text("again").quoting(own));

        assertThat(answer.getExtendedTextMessage().getContextInfo().getParticipant())
                .isEqualTo(ME.withoutDevice().toString());
    }

    @Test
    void givenUnusableContent_whenMade_thenTheArgumentIsNamed() {
        assertThatThrownBy(() -> Content.text(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("text");
        assertThatThrownBy(() -> Content.text("x".repeat(TextContent.MAX_LENGTH + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65537");
        assertThatThrownBy(() -> Content.raw(Message.getDefaultInstance()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("message");
    }

    // What every kind can have

    @Test
    void givenAKindThatIsNoText_whenItQuotesMentionsAndDisappears_thenItsOwnContextSaysSo() {
        WebMessage quoted =
                received("A4", Message.newBuilder().setConversation("which?").build());

        ContextInfo context = encode(Content.raw(IMAGE)
                        .quoting(quoted)
                        .mentioning(BOB)
                        .mentioningEveryone()
                        .expiringAfter(Duration.ofDays(7))
                        .forwarded(4))
                .getImageMessage()
                .getContextInfo();

        assertThat(context.getStanzaID()).isEqualTo("A4");
        assertThat(context.getQuotedMessage().getConversation()).isEqualTo("which?");
        assertThat(context.getMentionedJIDList()).containsExactly(BOB.toString());
        assertThat(context.getNonJIDMentions()).isOne();
        assertThat(context.getExpiration()).isEqualTo(604_800);
        assertThat(context.getForwardingScore()).isEqualTo(4);
        assertThat(context.getIsForwarded()).isTrue();
    }

    @Test
    void givenAWrappedRawMessage_whenItMentions_thenTheContentInsideSaysSo() {
        Message wrapped = Message.newBuilder()
                .setEphemeralMessage(FutureProofMessage.newBuilder().setMessage(IMAGE))
                .build();

        Message sent = encode(Content.raw(wrapped).mentioning(BOB));

        assertThat(sent.getEphemeralMessage()
                        .getMessage()
                        .getImageMessage()
                        .getContextInfo()
                        .getMentionedJIDList())
                .containsExactly(BOB.toString());
    }

    @Test
    void givenARawMessageWithAContext_whenItQuotes_thenTheQuoteIsReplacedAndTheRestStays() {
        ContextInfo before = ContextInfo.newBuilder()
                .setStanzaID("OLD")
                .setRemoteJID("1@g.us")
                .setQuotedMessage(IMAGE)
                .setExpiration(86_400)
                .build();
        Message raw = IMAGE.toBuilder()
                .setImageMessage(IMAGE.getImageMessage().toBuilder().setContextInfo(before))
                .build();

        ContextInfo context = encode(Content.raw(raw)
                        .quoting(received(
                                "NEW",
                                Message.newBuilder().setConversation("new").build())))
                .getImageMessage()
                .getContextInfo();

        assertThat(context.getStanzaID()).isEqualTo("NEW");
        assertThat(context.hasRemoteJID()).isFalse();
        assertThat(context.getQuotedMessage())
                .isEqualTo(Message.newBuilder().setConversation("new").build());
        assertThat(context.getExpiration()).isEqualTo(86_400);
    }

    @Test
    void givenShortTextInItsWireForm_whenItDisappears_thenItTakesTheFormThatHasAPlaceForThat() {
        Message sent = encode(
                Content.raw(Message.newBuilder().setConversation("hi").build()).expiringAfter(Duration.ofDays(1)));

        assertThat(sent.hasConversation()).isFalse();
        assertThat(sent.getExtendedTextMessage().getText()).isEqualTo("hi");
        assertThat(sent.getExtendedTextMessage().getContextInfo().getExpiration())
                .isEqualTo(86_400);
    }

    @Test
    void givenAKindWithoutAPlaceForAContext_whenItQuotes_thenContentIsRefused() {
        Message pin = Message.newBuilder()
                .setPinInChatMessage(PinInChatMessage.getDefaultInstance())
                .build();

        assertThatThrownBy(() -> encode(Content.raw(pin).mentioning(BOB)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("content");
    }

    @Test
    void givenAQuoteFromAnotherChat_whenEncoded_thenThatChatIsNamed() {
        WebMessage elsewhere = new WebMessage(
                MessageKey.of(Jid.parse("15551230009@s.whatsapp.net"), false, "A5"),
                Instant.EPOCH,
                Optional.empty(),
                IMAGE);

        assertThat(encode(Content.text("this?").quoting(elsewhere))
                        .getExtendedTextMessage()
                        .getContextInfo()
                        .getRemoteJID())
                .isEqualTo("15551230009@s.whatsapp.net");
    }

    @Test
    void givenAQuoteFromTheSameChatUnderTheLid_whenEncoded_thenNoOtherChatIsNamed() {
        WebMessage underLid =
                new WebMessage(MessageKey.of(BOBS_LID, false, "A6"), Instant.EPOCH, Optional.empty(), IMAGE);

        assertThat(encode(Content.text("this?").quoting(underLid))
                        .getExtendedTextMessage()
                        .getContextInfo()
                        .hasRemoteJID())
                .isFalse();
    }

    @Test
    void givenText_whenItIsToBeOpenedOnce_thenContentIsRefused() {
        assertThatThrownBy(() -> encode(Content.text("secret").viewOnce()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("content");
    }

    @Test
    void givenUnusableContext_whenSaid_thenTheArgumentIsNamed() {
        assertThatThrownBy(() -> Content.text("hi").expiringAfter(Duration.ofDays(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lifetime");
        assertThatThrownBy(() -> Content.text("hi").forwarded(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("score");
    }

    @Test
    void givenAMessageOfAKindWithoutContext_whenForwarded_thenItGoesUnmarked() {
        Message album = Message.newBuilder()
                .setAlbumMessage(AlbumMessage.newBuilder().setExpectedImageCount(2))
                .build();

        assertThat(encode(Content.forward(received("A7", album)))
                        .getAlbumMessage()
                        .getExpectedImageCount())
                .isEqualTo(2);
    }

    @Test
    void givenAMessageWithASecret_whenForwarded_thenItGetsASecretOfItsOwn() {
        Message original = encode(Content.text("hello"));

        assertThat(encode(Content.forward(received("A8", original)))
                        .getMessageContextInfo()
                        .getMessageSecret())
                .isNotEqualTo(original.getMessageContextInfo().getMessageSecret());
    }

    @Test
    void givenEqualContent_whenCompared_thenWhatIsBesideItCounts() {
        assertThat(Content.text("hi").mentioning(BOB))
                .isEqualTo(Content.text("hi").mentioning(BOB));
        assertThat(Content.text("hi").mentioning(BOB))
                .hasSameHashCodeAs(Content.text("hi").mentioning(BOB));
        assertThat(Content.text("hi").mentioning(BOB)).isNotEqualTo(Content.text("hi"));
        assertThat((Content) Content.raw(IMAGE)).isNotEqualTo(Content.text("hi"));
    }

    @Nested
    class B11 {

        private final ContextInfo inner = ContextInfo.newBuilder()
                .setQuotedMessage(Message.newBuilder().setConversation("somebody else's words"))
                .addMentionedJID("15551230009@s.whatsapp.net")
                .setExpiration(86_400)
                .build();

        @Test
        void givenADisappearingTextWithASecret_whenQuoted_thenOnlyTheTextGoesOn() {
            Message text = Message.newBuilder()
                    .setMessageContextInfo(secret())
                    .setEphemeralMessage(wrap(Message.newBuilder()
                            .setMessageContextInfo(secret())
                            .setExtendedTextMessage(ExtendedTextMessage.newBuilder()
                                    .setText("quoted")
                                    .setContextInfo(inner))
                            .build()))
                    .build();

            assertThat(quoted(text))
                    .isEqualTo(Message.newBuilder()
                            .setExtendedTextMessage(
                                    ExtendedTextMessage.newBuilder().setText("quoted"))
                            .build());
        }

        @Test
        void givenAPictureWithMentions_whenQuoted_thenNobodyIsMentionedAgain() {
            Message picture = Message.newBuilder()
                    .setViewOnceMessageV2(wrap(Message.newBuilder()
                            .setImageMessage(
                                    ImageMessage.newBuilder().setCaption("see").setContextInfo(inner))
                            .build()))
                    .build();

            assertThat(quoted(picture).getImageMessage())
                    .isEqualTo(ImageMessage.newBuilder().setCaption("see").build());
        }

        @Test
        void givenAQuote_whenItComesFromTheSameChatOrAnother_thenOnlyTheOtherIsNamed() {
            assertThat(context(received("A1", IMAGE)).hasRemoteJID()).isFalse();
            Jid group = Jid.group("120363000000000001");
            WebMessage elsewhere = new WebMessage(
                    MessageKey.builder(group, false, "A2").participant(BOB).build(),
                    Instant.EPOCH,
                    Optional.empty(),
                    IMAGE);

            assertThat(context(elsewhere).getRemoteJID()).isEqualTo(group.toString());
        }

        @Test
        void givenAnEdit_whenQuoted_thenTheNewTextGoesOnWithoutItsContext() {
            Message edit = Message.newBuilder()
                    .setEditedMessage(wrap(Message.newBuilder()
                            .setProtocolMessage(ProtocolMessage.newBuilder()
                                    .setType(ProtocolMessage.Type.MESSAGE_EDIT)
                                    .setEditedMessage(Message.newBuilder()
                                            .setExtendedTextMessage(ExtendedTextMessage.newBuilder()
                                                    .setText("new")
                                                    .setContextInfo(inner))))
                            .build()))
                    .build();

            assertThat(quoted(edit).getExtendedTextMessage())
                    .isEqualTo(ExtendedTextMessage.newBuilder().setText("new").build());
        }

        @Test
        void givenWrappersWithoutEnd_whenQuoted_thenNothingOfThemGoesOn() {
            Message deep = Message.newBuilder().setConversation("deep").build();
            for (int depth = 0; depth < 100; depth++) {
                deep = Message.newBuilder()
                        .setMessageContextInfo(secret())
                        .setEphemeralMessage(wrap(deep))
                        .build();
            }

            assertThat(quoted(deep)).isEqualTo(Message.getDefaultInstance());
        }

        private Message quoted(Message message) {
            return context(received("A1", message)).getQuotedMessage();
        }

        private ContextInfo context(WebMessage message) {
            return encode(Content.text("this?").quoting(message))
                    .getExtendedTextMessage()
                    .getContextInfo();
        }

        private MessageContextInfo secret() {
            return MessageContextInfo.newBuilder()
                    .setMessageSecret(ByteString.copyFrom(new byte[32]))
                    .build();
        }
    }

    @Nested
    class B12 {

        static Stream<FieldDescriptor> wrappers() {
            return MessageWrappers.fields().stream();
        }

        @Test
        void givenThisVersionOfTheProtocol_whenWrappersAreCounted_thenThereAreThoseThatPeersOpen() {
            assertThat(MessageWrappers.fields())
                    .extracting(FieldDescriptor::getName)
                    .contains(
                            "associatedChildMessage",
                            "groupStatusMessage",
                            "groupStatusMessageV2",
                            "spoilerMessage",
                            "questionMessage",
                            "groupMentionedMessage",
                            "botInvokeMessage")
                    .hasSizeGreaterThanOrEqualTo(27);
        }

        @ParameterizedTest
        @MethodSource("wrappers")
        void givenAnyWrapper_whenReadQuotedOrSent_thenWhatIsInsideCounts(FieldDescriptor wrapper) {
            Message picture = Message.newBuilder()
                    .setImageMessage(ImageMessage.newBuilder().setCaption("inside"))
                    .build();
            Message wrapped =
                    Message.newBuilder().setField(wrapper, wrap(picture)).build();

            assertThat(received("A1", wrapped).text()).isEqualTo("inside");
            assertThat(encode(Content.text("?").quoting(received("A1", wrapped)))
                            .getExtendedTextMessage()
                            .getContextInfo()
                            .getQuotedMessage())
                    .isEqualTo(picture);
            assertThat(encode(Content.forward(received("A1", wrapped)))
                            .getImageMessage()
                            .getCaption())
                    .isEqualTo("inside");
            StanzaKind kind = codecs.stanzaOf(wrapped);
            if (wrapper.getName().equals("editedMessage")) {
                assertThat(kind.edit()).isEqualTo("1");
            } else if (wrapper.getName().equals("documentWithCaptionMessage")) {
                assertThat(kind.mediaType()).isEqualTo("document");
            } else {
                assertThat(kind.mediaType()).isEqualTo("image");
            }
        }

        @Test
        void givenACopyForAnOwnDevice_whenRead_thenWhatIsInsideCounts() {
            Message copy = Message.newBuilder()
                    .setDeviceSentMessage(DeviceSentMessage.newBuilder()
                            .setMessage(Message.newBuilder().setEphemeralMessage(wrap(IMAGE))))
                    .build();

            assertThat(MessageWrappers.innermost(copy)).isEqualTo(IMAGE);
            assertThat(codecs.stanzaOf(copy).mediaType()).isEqualTo("image");
        }
    }

    @Nested
    class B14 {

        @Test
        void givenARawRevoke_whenSent_thenItSaysWhoseMessageAndIsNotHidden() {
            assertStanza(revoke(true), "7", false);
            assertStanza(revoke(false), "8", false);
            assertStanza(
                    Message.newBuilder()
                            .setEphemeralMessage(wrap(revoke(false)))
                            .build(),
                    "8",
                    false);
        }

        @Test
        void givenARawEdit_whenSent_thenItSaysSoAndIsHidden() {
            Message edit = Message.newBuilder()
                    .setProtocolMessage(ProtocolMessage.newBuilder()
                            .setType(ProtocolMessage.Type.MESSAGE_EDIT)
                            .setEditedMessage(Message.newBuilder().setConversation("new")))
                    .build();

            assertStanza(edit, "1", true);
            assertStanza(Message.newBuilder().setEditedMessage(wrap(edit)).build(), "1", true);
            assertStanza(secretEncrypted(SecretEncType.MESSAGE_EDIT), "1", true);
            assertStanza(secretEncrypted(SecretEncType.EVENT_EDIT), "1", true);
        }

        @Test
        void givenARawPin_whenSent_thenItSaysSoAndIsHidden() {
            assertStanza(
                    Message.newBuilder()
                            .setPinInChatMessage(PinInChatMessage.getDefaultInstance())
                            .build(),
                    "2",
                    true);
        }

        @Test
        void givenAReactionThatIsTakenBack_whenSent_thenItSaysSo() {
            ReactionMessage.Builder reaction = ReactionMessage.newBuilder().setText("!");
            assertStanza(Message.newBuilder().setReactionMessage(reaction).build(), null, true);
            assertStanza(
                    Message.newBuilder()
                            .setReactionMessage(reaction.setText(""))
                            .build(),
                    "7",
                    true);
        }

        private void assertStanza(Message raw, String edit, boolean hidden) {
            Message sent = encode(Content.raw(raw));
            StanzaKind kind = codecs.stanzaOf(sent);
            Node copy = MessageStanza.participant(BOB, new Ciphertext(Ciphertext.Type.MSG, new byte[] {1}), kind);
            Node stanza = MessageStanza.toPerson(MessageKey.of(BOB, true, "P1"), kind, List.of(copy), Optional.empty());

            assertThat(stanza.attr("edit")).isEqualTo(edit);
            assertThat(copy.requireChild("enc").attr("decrypt-fail")).isEqualTo(hidden ? "hide" : null);
        }

        private Message revoke(boolean own) {
            return Message.newBuilder()
                    .setProtocolMessage(ProtocolMessage.newBuilder()
                            .setType(ProtocolMessage.Type.REVOKE)
                            .setKey(dev.waxwing.proto.common.MessageKey.newBuilder()
                                    .setFromMe(own)))
                    .build();
        }

        private Message secretEncrypted(SecretEncType type) {
            return Message.newBuilder()
                    .setSecretEncryptedMessage(
                            SecretEncryptedMessage.newBuilder().setSecretEncType(type))
                    .build();
        }
    }

    private static FutureProofMessage wrap(Message message) {
        return FutureProofMessage.newBuilder().setMessage(message).build();
    }

    // Registration

    @Test
    void givenAKindInTwoLines_whenItIsSent_thenItsStanzaHasItsAttributes() {
        ContentCodecs withPins = new ContentCodecs();
        withPins.stanza(
                Message::hasPinInChatMessage, StanzaKind.TEXT.withEdit("2").hidden());
        Message pin = Message.newBuilder()
                .setPinInChatMessage(PinInChatMessage.getDefaultInstance())
                .build();

        StanzaKind kind = withPins.stanzaOf(pin);
        Node copy = MessageStanza.participant(BOB, new Ciphertext(Ciphertext.Type.MSG, new byte[] {1}), kind);
        Node stanza = MessageStanza.toPerson(MessageKey.of(BOB, true, "P1"), kind, List.of(copy), Optional.empty());

        assertThat(stanza.attr("edit")).isEqualTo("2");
        assertThat(copy.child("enc").attr("decrypt-fail")).isEqualTo("hide");
    }

    @Test
    void givenAKind_whenItIsRegisteredTwice_thenThatIsRefused() {
        assertThatThrownBy(() -> new ContentCodecs()
                        .content(ForwardedContent.class, (forwarded, outbound) -> Message.newBuilder()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ForwardedContent");
    }

    @Test
    void givenEveryKindOfThisLibrary_whenLookedFor_thenNoneLacksAnEncoder() {
        for (Content content :
                List.of(Content.text("hi"), Content.raw(IMAGE), Content.forward(received("A9", IMAGE)))) {
            assertThat(encode(content).getSerializedSize())
                    .as(content.toString())
                    .isPositive();
        }
    }

    private Message encode(Content content) {
        return codecs.encode(content, new Outbound(ME, BOB, Instant.EPOCH));
    }

    private static WebMessage received(String id, Message message) {
        return new WebMessage(MessageKey.of(BOB, false, id), Instant.EPOCH, Optional.empty(), message);
    }
}
