package dev.waxwing.internal.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudienceTest {

    private static final Jid BOB = Jid.parse("15551230002@s.whatsapp.net");
    private static final Jid BOBS_LID = Jid.parse("236395184570386@lid");
    private static final Function<Jid, Optional<Jid>> OTHER_FORM =
            jid -> jid.equals(BOB) ? Optional.of(BOBS_LID) : Optional.empty();

    @ParameterizedTest
    @CsvSource({
        "15551230002:7@s.whatsapp.net, Person, a person, false, false",
        "236395184570386:7@lid, Person, a person, false, false",
        "120363000000000001@g.us, Group, a group, true, true",
        "status@broadcast, Status, a status, true, true",
        "1760000000@broadcast, BroadcastList, a broadcast list, true, true",
        "120363000000000009@newsletter, Newsletter, a newsletter, false, false",
        "867051314767696@bot, Bot, a bot, false, false",
        "15551230002@elsewhere, Unknown, an address of an unknown kind, true, false"
    })
    void givenAnAddress_whenAsked_thenItsAudienceIsKnown(
            String address, String type, String description, boolean hasAuthors, boolean hasSenderKeys) {
        Audience audience = Audience.of(Jid.parse(address));

        assertThat(audience.getClass().getSimpleName()).isEqualTo(type);
        assertThat(audience.address()).isEqualTo(Jid.parse(address).withoutDevice());
        assertThat(audience.description()).isEqualTo(description);
        assertThat(audience.hasAuthors()).isEqualTo(hasAuthors);
        assertThat(audience.hasSenderKeys()).isEqualTo(hasSenderKeys);
    }

    @Test
    void givenAMessageOfAPerson_whenItsKeyIsMade_thenTheChatAloneTellsTheAuthor() {
        MessageKey key = Audience.of(BOB).key(false, "A1", BOB.withDevice(3), OTHER_FORM);

        assertThat(key)
                .isEqualTo(MessageKey.builder(BOB, false, "A1")
                        .remoteJidAlt(BOBS_LID)
                        .build());
    }

    @ParameterizedTest
    @CsvSource({"120363000000000001@g.us", "status@broadcast"})
    void givenAMessageAmongSeveral_whenItsKeyIsMade_thenItNamesTheAuthorInBothForms(String chat) {
        MessageKey key = Audience.of(Jid.parse(chat)).key(false, "A1", BOB.withDevice(3), OTHER_FORM);

        assertThat(key.remoteJid()).isEqualTo(Jid.parse(chat));
        assertThat(key.participant()).contains(BOB);
        assertThat(key.participantAlt()).contains(BOBS_LID);
    }

    @Test
    void givenAMessageToABroadcastList_whenItsKeyIsMade_thenTheChatIsTheAuthors() {
        Jid list = Jid.parse("1760000000@broadcast");

        assertThat(Audience.of(list).key(false, "A1", BOB.withDevice(3), OTHER_FORM))
                .isEqualTo(MessageKey.builder(BOB, false, "A1")
                        .remoteJidAlt(BOBS_LID)
                        .broadcast(list)
                        .build());
        assertThat(Audience.of(list).key(true, "A1", null, OTHER_FORM)).isEqualTo(MessageKey.of(list, true, "A1"));
    }

    @Test
    void givenAMessageOfThisAccountKnownWithoutAuthor_whenItsKeyIsMade_thenItNamesNone() {
        Jid group = Jid.parse("120363000000000001@g.us");

        assertThat(Audience.of(group).key(true, "A1", null, OTHER_FORM)).isEqualTo(MessageKey.of(group, true, "A1"));
    }
}
