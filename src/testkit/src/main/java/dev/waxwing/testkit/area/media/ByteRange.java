package dev.waxwing.testkit.area.media;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a body that a {@code Range} header asks for.
 *
 * @param first index of the first byte
 * @param last index of the last byte, at least {@code first}
 */
record ByteRange(long first, long last) {

    private static final Pattern SINGLE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /** Tells a header that this server heeds from one to be ignored: of another unit, or of several ranges. */
    static boolean isUnderstood(String header) {
        Matcher matcher = SINGLE.matcher(header.trim());
        return matcher.matches()
                && !(matcher.group(1).isEmpty() && matcher.group(2).isEmpty());
    }

    /**
     * Reads a header that is understood.
     *
     * @return nothing if the range does not touch the body
     */
    static Optional<ByteRange> parse(String header, long length) {
        Matcher matcher = SINGLE.matcher(header.trim());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("header must be one range of bytes but was '" + header + "'");
        }
        String from = matcher.group(1);
        String to = matcher.group(2);
        long first = from.isEmpty() ? Math.max(0, length - Long.parseLong(to)) : Long.parseLong(from);
        long last = from.isEmpty() || to.isEmpty() ? length - 1 : Math.min(length - 1, Long.parseLong(to));
        return first <= last ? Optional.of(new ByteRange(first, last)) : Optional.empty();
    }

    long length() {
        return last - first + 1;
    }
}
