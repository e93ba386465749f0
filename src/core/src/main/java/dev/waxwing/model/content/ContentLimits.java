package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.model.Jid;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How large the parts of content may be that an application makes; what was received may be of any size. */
public final class ContentLimits {

    /** UTF-16 units in a name, a caption and other texts; a message's own text has a limit of its own. */
    public static final int MAX_TEXT = 4_096;

    /** Bytes of a small picture that stands in the message itself. */
    public static final int MAX_THUMBNAIL = 64 * 1024;

    /** Contacts, options and other items in one message. */
    public static final int MAX_ITEMS = 256;

    private ContentLimits() {}

    static String text(String text, String name) {
        if (requireNonNull(text, name).length() > MAX_TEXT) {
            throw new IllegalArgumentException(
                    name + " must have at most " + MAX_TEXT + " characters but has " + text.length());
        }
        return text;
    }

    static String notEmpty(String text, String name) {
        if (requireNonNull(text, name).isEmpty()) {
            throw new IllegalArgumentException(name + " must not be empty");
        }
        return text(text, name);
    }

    static ByteString thumbnail(byte[] image, String name) {
        if (requireNonNull(image, name).length > MAX_THUMBNAIL) {
            throw new IllegalArgumentException(
                    name + " must have at most " + MAX_THUMBNAIL + " bytes but has " + image.length);
        }
        return ByteString.copyFrom(image);
    }

    static <T> List<T> items(List<? extends T> items, String name) {
        List<T> copy = Copies.list(items, name);
        if (copy.isEmpty() || copy.size() > MAX_ITEMS) {
            throw new IllegalArgumentException(name + " must be 1 to " + MAX_ITEMS + " but were " + copy.size());
        }
        return copy;
    }

    static void place(double latitude, double longitude) {
        if (!(latitude >= -90 && latitude <= 90)) {
            throw new IllegalArgumentException("latitude must be -90 to 90 degrees but was " + latitude);
        }
        if (!(longitude >= -180 && longitude <= 180)) {
            throw new IllegalArgumentException("longitude must be -180 to 180 degrees but was " + longitude);
        }
    }

    /** An address that somebody else wrote. */
    static Optional<Jid> jid(String text) {
        try {
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Jid.parse(text).person());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A time that somebody else wrote, brought into what can be a time. */
    static Instant second(long seconds) {
        return Instant.ofEpochSecond(
                Math.max(Instant.MIN.getEpochSecond(), Math.min(Instant.MAX.getEpochSecond(), seconds)));
    }
}
