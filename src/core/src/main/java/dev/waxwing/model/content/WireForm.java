package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.proto.e2e.Message;
import java.time.Instant;
import java.util.Optional;

/** Content on the wire, for kinds that need nothing but themselves to be written. */
public final class WireForm {

    private WireForm() {}

    /**
     * Writes content.
     *
     * @param content what to write
     * @param now the time that is written into kinds that have one
     * @return the message, without what every kind can have beside its content and without a secret; empty if its kind
     *     needs more than that: one that is forwarded, edited or a file
     */
    public static Optional<Message> of(Content content, Instant now) {
        requireNonNull(content, "content");
        requireNonNull(now, "now");
        return Optional.ofNullable(content.wire(now)).map(Message.Builder::build);
    }
}
