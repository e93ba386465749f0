package dev.waxwing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import dev.waxwing.model.StatusSetting;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    /** More than anybody has contacts. */
    private static final int MOST_RECIPIENTS = 10_000;

    private final @Nullable String messageId;
    private final List<Jid> recipients;
    private final StatusSetting statusSetting;

    private SendOptions(Builder values) {
        messageId = values.messageId;
        recipients = values.recipients;
        statusSetting = values.statusSetting;
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

    /**
     * Whom a status post, or a message to a broadcast list, is for.
     *
     * @return the people without devices, each once; empty if nobody was named
     */
    public List<Jid> recipients() {
        return recipients;
    }

    /**
     * By which of the account's settings the recipients of a status post were chosen.
     *
     * @return the setting
     */
    public StatusSetting statusSetting() {
        return statusSetting;
    }

    /** Collects values; each setter checks what it is given. Not thread-safe. */
    public static final class Builder {

        private @Nullable String messageId;
        private List<Jid> recipients = List.of();
        private StatusSetting statusSetting = StatusSetting.CONTACTS;

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
         * Whom a status post ({@link Jid#STATUS_BROADCAST}) or a message to a broadcast list is for, which such a chat
         * does not say by itself; Baileys' {@code statusJidList}. Nobody else is given the key to it. This account's
         * other devices have it too. Default nobody: then only what takes an own status back, or reacts to one, can be
         * sent there. For other chats there must be none.
         *
         * @param people by phone number or LID, at most 10,000; a device part is ignored
         * @return this builder
         * @throws IllegalArgumentException if one is no person, or there are more
         */
        public Builder recipients(Collection<Jid> people) {
            Set<Jid> each = new LinkedHashSet<>();
            for (Jid person : requireNonNull(people, "people")) {
                if (!requireNonNull(person, "each of people").isUser()) {
                    throw new IllegalArgumentException("each of people must be a person but one was " + person);
                }
                each.add(person.person());
                if (each.size() > MOST_RECIPIENTS) {
                    throw new IllegalArgumentException("people must be at most " + MOST_RECIPIENTS);
                }
            }
            this.recipients = List.copyOf(each);
            return this;
        }

        /**
         * By which of the account's settings the recipients of a status post were chosen, which the server is told;
         * default {@link StatusSetting#CONTACTS}. Who gets the post are the recipients, whatever is said here.
         *
         * @param setting the setting
         * @return this builder
         */
        public Builder statusSetting(StatusSetting setting) {
            this.statusSetting = requireNonNull(setting, "setting");
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
