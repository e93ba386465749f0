package dev.waxwing.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.internal.content.Audience;
import dev.waxwing.internal.content.Recipients;
import dev.waxwing.internal.message.PlayedAccount;
import dev.waxwing.model.Jid;
import dev.waxwing.model.StatusSetting;
import dev.waxwing.model.content.Content;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Audiences that messages can be sent to, and those that are refused. */
final class DeliveriesTest {

    private final PlayedAccount account = new PlayedAccount(
            own -> own.toBuilder()
                    .me(Jid.parse("15551234567:23@s.whatsapp.net"))
                    .lid(Jid.parse("100000000000009:23@lid"))
                    .build(),
            true,
            PlayedAccount.policy());

    @AfterEach
    void close() {
        account.close();
    }

    @ParameterizedTest
    @CsvSource({
        "120363000000000009@newsletter, a newsletter",
        "867051314767696@bot, a bot",
        "15551230002@elsewhere, an address of an unknown kind"
    })
    void givenAnAudienceOfAnotherKind_whenSentTo_thenTheCallSaysWhatItIsAndWhatIsSupported(
            String address, String description) {
        assertThatThrownBy(() -> account.messaging.send(Jid.parse(address), Content.text("hello"), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("to must be a person, a group, the status or a broadcast list")
                .hasMessageContaining(description)
                .hasMessageContaining(address);
        assertThat(account.takeSent()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"status@broadcast, a status", "1760000000@broadcast, a broadcast list"})
    void givenNobodyNamed_whenSentToAChatWithoutMembers_thenTheCallSaysSo(String address, String description) {
        assertThatThrownBy(() -> account.messaging.send(Jid.parse(address), Content.text("hello"), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("options must name recipients")
                .hasMessageContaining(description);
        assertThat(account.takeSent()).isEmpty();
    }

    @Test
    void givenPeopleNamed_whenSentToAChatThatHasItsOwn_thenTheCallSaysSo() {
        Recipients bob = new Recipients(List.of(Jid.phone("15551230002")), StatusSetting.CONTACTS);
        assertThatThrownBy(() -> account.messaging.send(Jid.phone("15551230003"), Content.text("hello"), null, bob))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("recipients are for a status or a broadcast list");
        assertThat(account.takeSent()).isEmpty();
    }

    @Test
    void givenNoDelivery_whenAsked_thenThereIsNone() {
        assertThat(new Deliveries(Map.of()).to(Audience.of(Jid.phone("15551230002"))))
                .isEmpty();
    }
}
