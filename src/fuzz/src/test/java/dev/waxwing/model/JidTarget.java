package dev.waxwing.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.fuzz.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Text into addresses, whole and in parts. Refused with {@link IllegalArgumentException} only; every address that is
 * made reads back from its text as itself, and so do the person and the device derived from it.
 */
public final class JidTarget implements FuzzTarget {

    @Override
    public List<byte[]> seeds() {
        return Seeds.texts(List.of("input", "canonicalNoAgent", "text", "a", "b", "from", "to"), "jids.json");
    }

    @Override
    public void accept(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        try {
            check(Jid.parse(text));
        } catch (IllegalArgumentException e) {
            requireBounded(e);
        }
        int at = text.indexOf('@');
        if (at < 0) {
            return;
        }
        try {
            int device = input[0] & 0xff | (input[input.length - 1] & 0xff) << 8;
            Jid made = new Jid(text.substring(0, at), JidServer.of(text.substring(at + 1)), device);
            if (made.server().isKnown()) {
                check(made);
            }
        } catch (IllegalArgumentException e) {
            requireBounded(e);
        }
    }

    private static void check(Jid jid) {
        assertThat(reread(jid)).isEqualTo(jid);
        Jid person = jid.person();
        assertThat(reread(person)).isEqualTo(person);
        assertThat(person.person()).isEqualTo(person);
        assertThat(person.device()).isZero();
        assertThat(jid.sameUser(person)).isTrue();
        assertThat(reread(jid.withoutDevice())).isEqualTo(jid.withoutDevice());
    }

    /** What was made must parse: that it does not is no refusal. */
    private static Jid reread(Jid jid) {
        try {
            return Jid.parse(jid.toString());
        } catch (IllegalArgumentException e) {
            throw new AssertionError(jid + " does not parse", e);
        }
    }

    private static void requireBounded(IllegalArgumentException refusal) {
        assertThat(refusal.getMessage()).hasSizeLessThan(500);
    }
}
