package dev.waxwing.interop;

import java.util.stream.Stream;
import org.junit.jupiter.api.Named;

/** Texts that clients have been known to spoil. */
final class Texts {
    private static final int LONG = 60_000;

    private Texts() {}

    /** Every text is to arrive exactly as it was sent. */
    static Stream<Named<String>> awkward() {
        return Stream.of(
                Named.of("letters beyond ASCII", "Grüße, Ærøskøbing, Žluťoučký kůň, Ελλάδα, Привет"),
                Named.of("scripts beyond Latin", "你好，世界。こんにちは 안녕하세요 हिन्दी ไทย"),
                Named.of("right to left, mixed", "שלום abc مرحبا 123 ‏"),
                Named.of("beyond the basic plane", "𝄞 𠜎 🦜 👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽"),
                Named.of("combining marks, not normalised", "e\u0301 \u00e9 a\u0308\u0323 \u1e9b\u0323"),
                Named.of("white space and controls", "  two lines\n\n\ttabbed\r\nzero\u200bwidth \u00a0 end  "),
                Named.of("an empty line alone", "\n"),
                Named.of("60 kB of ASCII", "0123456789".repeat(LONG / 10)),
                Named.of("60 kB of four-byte letters", "🦜".repeat(LONG / 4)));
    }
}
