package dev.waxwing.store;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** What keys, values and ranges may look like; every store refuses the same. */
final class StoreLimits {

    static final int MAX_KEY_CHARS = 512;

    /** Far above any record (the largest are history blobs of some MB), far below what a database column takes. */
    static final int MAX_VALUE_BYTES = 64 << 20;

    private static final char FIRST_PRINTABLE = 0x20;
    private static final char LAST_PRINTABLE = 0x7e;

    private StoreLimits() {}

    static String requireKey(String key, String what) {
        requireNonNull(key, what);
        if (key.isEmpty()) {
            throw new IllegalArgumentException(what + " must have 1 to " + MAX_KEY_CHARS + " characters but was empty");
        }
        return requireBound(key, what);
    }

    /** A bound of a range is a key or empty. */
    static String requireBound(String bound, String what) {
        requireNonNull(bound, what);
        if (bound.length() > MAX_KEY_CHARS) {
            throw new IllegalArgumentException(
                    what + " must have at most " + MAX_KEY_CHARS + " characters but had " + bound.length());
        }
        for (int i = 0; i < bound.length(); i++) {
            char c = bound.charAt(i);
            if (c < FIRST_PRINTABLE || c > LAST_PRINTABLE) {
                throw new IllegalArgumentException(
                        what + " must be printable ASCII but has character " + (int) c + " at index " + i);
            }
        }
        return bound;
    }

    static byte[] requireValue(byte[] value) {
        requireNonNull(value, "value");
        if (value.length > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException(
                    "value must have at most " + MAX_VALUE_BYTES + " bytes but had " + value.length);
        }
        return value;
    }

    static int requireLimit(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be >= 1 but was " + limit);
        }
        return limit;
    }

    /** The first key behind all that begin with the prefix, or null if there is no such key. */
    static @Nullable String endOfPrefix(String prefix) {
        requireBound(prefix, "prefix");
        int last = prefix.length() - 1;
        while (last >= 0 && prefix.charAt(last) == LAST_PRINTABLE) {
            last--;
        }
        return last < 0 ? null : prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
    }
}
