package dev.waxwing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/** What addresses promise beyond the vectors. */
class JidRulesTest {

    @Test
    void givenTheNameOfAKnownServer_whenParsed_thenItIsThatServer() {
        assertThat(Jid.parse("s.whatsapp.net")).isEqualTo(Jid.SERVER).isEqualTo(Jid.parse("@s.whatsapp.net"));
        assertThat(Jid.parse("g.us")).isEqualTo(Jid.GROUP_SERVER);
        assertThat(Jid.SERVER.isServer()).isTrue();
        assertThat(Jid.SERVER.isUser()).isFalse();
    }

    @Test
    void givenNoServer_whenParsed_thenRefusedByText() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Jid.parse("15551234567"))
                .withMessageContaining("'15551234567'");
    }

    @Test
    void givenAnUnderscore_whenParsed_thenItBeginsAnAgentForPeopleOnly() {
        assertThat(Jid.parse("15551234567_5:7@s.whatsapp.net"))
                .isEqualTo(Jid.phone("15551234567").withDevice(7));
        assertThat(Jid.parse("23639_1@lid")).isEqualTo(Jid.lid("23639"));
        assertThat(Jid.parse("15551234567_5@c.us").user()).isEqualTo("15551234567");
        assertThat(Jid.parse("8-some_body:2@interop").user()).isEqualTo("8-some_body");
        assertThat(Jid.parse("a_b@bot").user()).isEqualTo("a_b");
        assertThatIllegalArgumentException().isThrownBy(() -> Jid.parse("15551234567_x@s.whatsapp.net"));
        assertThatIllegalArgumentException().isThrownBy(() -> Jid.parse("15551234567_256@s.whatsapp.net"));
    }

    @Test
    void givenALidWithDots_whenParsed_thenTheDotsStay() {
        assertThat(Jid.parse("12.34.56:7@lid")).isEqualTo(new Jid("12.34.56", JidServer.LID, 7));
    }

    @Test
    void givenDevices_whenBuilt_thenEachServersRangeHolds() {
        assertThat(new Jid("1", JidServer.MESSENGER, 65_535).toString()).isEqualTo("1:65535@msgr");
        assertThat(new Jid("1", JidServer.PHONE, 255).device()).isEqualTo(255);
        assertThatIllegalArgumentException().isThrownBy(() -> new Jid("1", JidServer.PHONE, 256));
        assertThatIllegalArgumentException().isThrownBy(() -> new Jid("1", JidServer.INTEROP, 65_536));
        assertThatIllegalArgumentException().isThrownBy(() -> new Jid("1", JidServer.LID, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Jid("", JidServer.LID, 1));
    }

    @Test
    void givenAHugeText_whenRefused_thenTheMessageStaysShort() {
        String huge = "1".repeat(1 << 20);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Jid.parse(huge))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Jid.parse(huge + ":x@" + huge))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Jid.parse("1@" + huge + " "))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
    }

    @Test
    void givenAnUnassignedDomainByte_whenKept_thenItIsNoPhoneNumber() {
        for (int domainType = 0; domainType <= 255; domainType++) {
            Jid jid = new Jid("123", JidServer.ofDomainType(domainType), 7);
            boolean assigned = domainType == 0 || domainType == 1 || domainType == 128 || domainType == 129;
            assertThat(jid.server().isKnown()).as("domain %d", domainType).isEqualTo(assigned);
            assertThat(jid.isUser()).as("domain %d", domainType).isEqualTo(assigned);
            assertThat(jid.server().domainType()).isEqualTo(domainType);
        }
    }

    @Test
    void givenANameWithAnotherServersByte_whenBuilt_thenRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new JidServer("lid", -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new JidServer("g.us", 5));
        assertThatIllegalArgumentException().isThrownBy(() -> new JidServer("s.whatsapp.net", 128));
        assertThatIllegalArgumentException().isThrownBy(() -> new JidServer("s.whatsapp.net", 256));
        assertThat(JidServer.of("unheard.of").isKnown()).isFalse();
    }

    @Test
    void givenBots_whenAsked_thenKnownByServerAndByNumber() {
        assertThat(Jid.parse("867051314767696@bot").isBot()).isTrue();
        assertThat(Jid.parse("13135550002@s.whatsapp.net").isBot()).isTrue();
        assertThat(Jid.parse("13135550002@c.us").isBot()).isTrue();
        assertThat(Jid.parse("13165550012@c.us").isBot()).isTrue();
        assertThat(Jid.parse("13135550002:1@s.whatsapp.net").isBot()).isFalse();
        assertThat(Jid.parse("15551234567@s.whatsapp.net").isBot()).isFalse();
        assertThat(Jid.parse("131355500021@s.whatsapp.net").isBot()).isFalse();
    }
}
