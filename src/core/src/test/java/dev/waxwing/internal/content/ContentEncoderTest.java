package dev.waxwing.internal.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.model.Content;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.WebMessage;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContentEncoderTest {

    private static final Jid ME = Jid.parse("15551230001:5@s.whatsapp.net");
    private static final Jid BOB = Jid.parse("15551230002@s.whatsapp.net");

    @Test
    void givenText_whenEncoded_thenExtendedTextWithAFreshSecret() {
        Message first = ContentEncoder.encode(Content.text("hello"), ME);
        Message second = ContentEncoder.encode(Content.text("hello"), ME);

        assertThat(first.getExtendedTextMessage().getText()).isEqualTo("hello");
        assertThat(first.getExtendedTextMessage().hasContextInfo()).isFalse();
        assertThat(first.getMessageContextInfo().getMessageSecret().size()).isEqualTo(32);
        assertThat(first.getMessageContextInfo().getMessageSecret())
                .isNotEqualTo(second.getMessageContextInfo().getMessageSecret());
    }

    @Test
    void givenQuoteOfAQuote_whenEncoded_thenOnlyTheInnerTextIsCarried() {
        Message quotedMessage = ContentEncoder.encode(
                Content.text("second")
                        .quoting(received(
                                "A1",
                                Message.newBuilder().setConversation("first").build())),
                ME);
        WebMessage quoted = received("A2", quotedMessage);

        Message answer =
                ContentEncoder.encode(Content.text("third").quoting(quoted).mentioning(BOB), ME);

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

        Message answer = ContentEncoder.encode(Content.text("again").quoting(own), ME);

        assertThat(answer.getExtendedTextMessage().getContextInfo().getParticipant())
                .isEqualTo(ME.withoutDevice().toString());
    }

    @Test
    void givenUnusableContent_whenMade_thenTheArgumentIsNamed() {
        assertThatThrownBy(() -> Content.text(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("text");
        assertThatThrownBy(() -> Content.text("x".repeat(Content.MAX_TEXT_LENGTH + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65537");
        assertThatThrownBy(() -> Content.raw(Message.getDefaultInstance()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("message");
    }

    private static WebMessage received(String id, Message message) {
        return new WebMessage(MessageKey.of(BOB, false, id), Instant.EPOCH, Optional.empty(), message);
    }
}
