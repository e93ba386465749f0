package dev.waxwing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class MessageKeyTest {

    private static final Jid GROUP = Jid.parse("120363012345678901@g.us");
    private static final Jid BOB = Jid.parse("4915550002@s.whatsapp.net");
    private static final Jid BOB_LID = Jid.parse("184467440737095@lid");
    private static final MessageKey FULL = MessageKey.builder(GROUP, false, "3EB0A1")
            .participant(BOB)
            .remoteJidAlt(BOB_LID)
            .participantAlt(BOB_LID)
            .build();

    @Test
    void givenKeyWithEveryPart_whenBuiltAnew_thenEqual() {
        assertThat(FULL.toBuilder().build()).isEqualTo(FULL).hasSameHashCodeAs(FULL);
    }

    @Test
    void givenKeysThatDifferInOnePart_whenCompared_thenNotEqual() {
        assertThat(List.of(
                        FULL.toBuilder().participant(null).build(),
                        FULL.toBuilder().remoteJidAlt(null).build(),
                        FULL.toBuilder().participantAlt(null).build(),
                        MessageKey.of(GROUP, false, "3EB0A1"),
                        MessageKey.of(GROUP, true, "3EB0A1"),
                        MessageKey.of(GROUP, false, "3EB0A2"),
                        MessageKey.of(BOB, false, "3EB0A1")))
                .doesNotContain(FULL)
                .contains(MessageKey.of(GROUP, false, "3EB0A1"));
    }

    @Test
    void givenNoId_whenBuilt_thenRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessageKey.of(BOB, true, ""))
                .withMessageContaining("id");
    }
}
