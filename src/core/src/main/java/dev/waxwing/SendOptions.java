package dev.waxwing;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How one message is sent. Immutable.
 *
 * <pre>{@code
 * SendOptions once = SendOptions.builder().messageId("invoice-4711").build();
 * sock.sendMessage(bob, Content.text("Your invoice is ready"), once);
 * }</pre>
 */
public final class SendOptions {

    private static final Pattern MESSAGE_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final @Nullable String messageId;

    private SendOptions(Builder values) {
        messageId = values.messageId;
    }

    /**
     * Starts with every default in place.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Default options, with this id if it is not null. */
    static SendOptions ofMessageId(@Nullable String messageId) {
        Builder builder = builder();
        return (messageId == null ? builder : builder.messageId(messageId)).build();
    }

    /**
     * The id to send the message under.
     *
     * @return the id, empty for a new one of the shape that web clients use
     */
    public Optional<String> messageId() {
        return Optional.ofNullable(messageId);
    }

    /** Collects values; each setter checks what it is given. Not thread-safe. */
    public static final class Builder {

        private @Nullable String messageId;

        private Builder() {}

        /**
         * The id to send the message under; default a new one. A message with an id that the application chose is sent
         * once, however often the call is repeated: see {@link Socket#sendMessage(dev.waxwing.model.Jid,
         * dev.waxwing.model.content.Content, SendOptions)}. The recipient sees the id too.
         *
         * @param id 1 to 64 characters of {@code A-Z a-z 0-9 . _ -}; must be used for no other message of this account
         * @return this builder
         */
        public Builder messageId(String id) {
            if (!MESSAGE_ID.matcher(requireNonNull(id, "id")).matches()) {
                throw new IllegalArgumentException("id must be 1 to 64 characters of A-Z a-z 0-9 . _ - but was " + id);
            }
            this.messageId = id;
            return this;
        }

        /**
         * Freezes the values.
         *
         * @return the options
         */
        public SendOptions build() {
            return new SendOptions(this);
        }
    }
}
