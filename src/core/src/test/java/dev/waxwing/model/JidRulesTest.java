package dev.waxwing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
            assertThat(Jid.parse(jid.toString())).isEqualTo(jid);
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
    void givenAnAliasOfAPerson_whenMade_thenRefused_M1() {
        for (JidServer server : List.of(
                JidServer.PHONE, JidServer.LID, JidServer.HOSTED, JidServer.HOSTED_LID, JidServer.LEGACY_PHONE)) {
            for (String alias : List.of(
                    "15551234567_0",
                    "15551234567_1",
                    "15551234567_x",
                    "_15551234567",
                    "+15551234567",
                    "1555 1234567",
                    "\u0661\u0665\u0665",
                    "1555\u200b1234567",
                    "15551234567/1",
                    "1".repeat(129))) {
                assertThatIllegalArgumentException()
                        .as("%s at %s", alias, server)
                        .isThrownBy(() -> new Jid(alias, server, 0))
                        .withMessageContaining("user");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@x",
                "+15551234567@s.whatsapp.net",
                "\u0661\u0665\u0665@s.whatsapp.net",
                "15551234567_0x@s.whatsapp.net",
                "15551234567@s.what\u0455app.net",
                "1:2@x:y",
                "15551234567\u00a0@s.whatsapp.net",
                "01-2348012345679@interop"
            })
    void givenHostileText_whenParsed_thenRefusedByName_otherClients(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Jid.parse(text))
                .withMessageStartingWith("jid '" + text + "'");
    }

    @Test
    void givenAServerNotKnown_whenParsed_thenItIsNobodyToWriteTo_otherClients() {
        Jid opaque = Jid.parse("1@unknown.server");

        assertThat(opaque.server().isKnown()).isFalse();
        assertThat(opaque.isUser()).isFalse();
        assertThat(opaque.isGroup()).isFalse();
    }

    @Test
    void givenHostedDevice_whenAskedForThePerson_thenItIsThePlainOne_B01() {
        assertThat(Jid.parse("15551234567:99@hosted").person()).isEqualTo(Jid.phone("15551234567"));
        assertThat(Jid.parse("23639:99@hosted.lid").person()).isEqualTo(Jid.lid("23639"));
        assertThat(Jid.parse("15551234567:3@c.us").person()).isEqualTo(Jid.phone("15551234567"));
        assertThat(Jid.parse("123:700@msgr").person()).isEqualTo(Jid.parse("123@msgr"));
        assertThat(Jid.parse("123-4@g.us").person()).isEqualTo(Jid.parse("123-4@g.us"));
    }

    /** Every address that can be made prints as what reads back, and only itself prints so. */
    @Test
    void givenRandomParts_whenMade_thenTheTextReadsBackAsTheSameAddress_M1() {
        Random random = new Random(20_261_126);
        Map<String, Jid> byText = new HashMap<>();
        int made = 0;
        for (int i = 0; i < 200_000; i++) {
            Jid jid;
            try {
                jid = new Jid(randomUser(random), randomServer(random), randomDevice(random));
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).hasSizeLessThan(500);
                continue;
            }
            made++;
            assertThat(Jid.parse(jid.toString())).isEqualTo(jid);
            Jid same = byText.put(jid.toString(), jid);
            assertThat(same == null || same.equals(jid)).as(jid.toString()).isTrue();
            assertThat(jid.person().person()).isEqualTo(jid.person());
            assertThat(jid.sameUser(jid.person())).isTrue();
        }
        assertThat(made).isGreaterThan(20_000);
    }

    /** Whatever text is taken, it is taken as the one form of that address. */
    @Test
    void givenRandomText_whenParsed_thenItIsTheOneFormOrRefused_M1() {
        Random random = new Random(20_261_127);
        int taken = 0;
        for (int i = 0; i < 200_000; i++) {
            String text = randomUser(random)
                    + (random.nextInt(3) == 0 ? "_" + random.nextInt(300) : "")
                    + (random.nextInt(3) == 0 ? ":" + random.nextInt(300) : "")
                    + "@"
                    + randomServer(random).name();
            try {
                Jid jid = Jid.parse(text);
                taken++;
                assertThat(Jid.parse(jid.toString())).isEqualTo(jid);
                assertThat(jid).isEqualTo(new Jid(jid.user(), jid.server(), jid.device()));
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).startsWith("jid ").hasSizeLessThan(500);
            }
        }
        assertThat(taken).isGreaterThan(20_000);
    }

    private static String randomUser(Random random) {
        String alphabet = random.nextInt(4) == 0 ? "019_.-+:@ aZ~\u0661\u00fc\u0000" : "0123456789";
        StringBuilder user = new StringBuilder();
        int length = random.nextInt(20) == 0 ? 127 + random.nextInt(3) : random.nextInt(16);
        for (int i = 0; i < length; i++) {
            user.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return user.toString();
    }

    private static JidServer randomServer(Random random) {
        List<String> names = List.of(
                "s.whatsapp.net",
                "lid",
                "hosted",
                "hosted.lid",
                "g.us",
                "broadcast",
                "newsletter",
                "bot",
                "c.us",
                "msgr",
                "interop",
                "call",
                "unheard.of",
                "unassigned.1",
                "unassigned.05",
                "1",
                "129");
        int choice = random.nextInt(names.size() + 5);
        return choice < names.size() ? JidServer.of(names.get(choice)) : JidServer.ofDomainType(random.nextInt(256));
    }

    private static int randomDevice(Random random) {
        return random.nextInt(3) == 0 ? random.nextInt(70_000) - 5 : random.nextInt(5);
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
