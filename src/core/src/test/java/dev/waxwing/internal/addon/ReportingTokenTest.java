package dev.waxwing.internal.addon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.StanzaKind;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.KeepInChatMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.MessageContextInfo;
import dev.waxwing.proto.e2e.PollUpdateMessage;
import dev.waxwing.proto.e2e.ReactionMessage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReportingTokenTest {

    private static final Jid ME = Jid.parse("15551230001:3@s.whatsapp.net");
    private static final Jid CHAT = Jid.parse("120363000000000001@g.us");

    @Test
    void givenATextWithASecret_whenItGoesOut_thenSixteenBytesStandBesideIt() {
        StanzaKind kind = ReportingToken.beside(
                StanzaKind.TEXT,
                "A1",
                ME,
                CHAT,
                withSecret().setConversation("hello").build());
        Node token = kind.children().get(0).requireChild("reporting_token");
        assertThat(kind.children().get(0).tag()).isEqualTo("reporting");
        assertThat(token.requireAttr("v")).isEqualTo("2");
        assertThat(token.requireBytes()).hasSize(16);
    }

    @Test
    void givenATextWithoutASecret_whenItGoesOut_thenNothingStandsBesideIt() {
        Message text = Message.newBuilder().setConversation("hello").build();
        assertThat(ReportingToken.beside(StanzaKind.TEXT, "A1", ME, CHAT, text)).isEqualTo(StanzaKind.TEXT);
    }

    static Stream<Message> withoutToken() {
        return Stream.of(
                withSecret()
                        .setReactionMessage(ReactionMessage.getDefaultInstance())
                        .build(),
                withSecret()
                        .setPollUpdateMessage(PollUpdateMessage.getDefaultInstance())
                        .build(),
                withSecret()
                        .setKeepInChatMessage(KeepInChatMessage.getDefaultInstance())
                        .build(),
                withSecret().build());
    }

    @ParameterizedTest
    @MethodSource("withoutToken")
    void givenAKindThatIsNotReported_whenItGoesOut_thenNothingStandsBesideIt(Message message) {
        assertThat(ReportingToken.beside(StanzaKind.TEXT, "A1", ME, CHAT, message))
                .isEqualTo(StanzaKind.TEXT);
    }

    private static Message.Builder withSecret() {
        return Message.newBuilder()
                .setMessageContextInfo(
                        MessageContextInfo.newBuilder().setMessageSecret(ByteString.copyFrom(new byte[32])));
    }
}
