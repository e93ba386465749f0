package dev.waxwing.internal.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.WebMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.TextContent;
import dev.waxwing.proto.e2e.AlbumMessage;
import dev.waxwing.proto.e2e.ContextInfo;
import dev.waxwing.proto.e2e.FutureProofMessage;
import dev.waxwing.proto.e2e.ImageMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.PinInChatMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

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
        assertThatThrownBy(() -> new ContentCodecs().content(TextContent.class, text -> Message.newBuilder()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("TextContent");
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
        return codecs.encode(content, ME, BOB);
    }

    private static WebMessage received(String id, Message message) {
        return new WebMessage(MessageKey.of(BOB, false, id), Instant.EPOCH, Optional.empty(), message);
    }
}
