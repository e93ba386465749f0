package dev.waxwing.model;

import static java.util.Objects.requireNonNull;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What identifies a message: its chat, its author's side, its id, and in groups its author.
 *
 * <p>A person may be known by phone number and by LID. {@code remoteJid} and {@code participant} hold the form that the
 * conversation uses; the {@code …Alt} parts hold the other form when it is known.
 *
 * <p>A message that somebody sent to a broadcast list is in the chat with that person; {@code broadcast} names the list.
 *
 * <p>Two keys with the same parts are equal. A later version may add parts, so keys are made by {@link #of} or {@link
 * #builder}.
 */
public final class MessageKey {

    private final Jid remoteJid;
    private final boolean fromMe;
    private final String id;
    private final @Nullable Jid participant;
    private final @Nullable Jid remoteJidAlt;
    private final @Nullable Jid participantAlt;
    private final @Nullable Jid broadcast;

    private MessageKey(Builder parts) {
        remoteJid = parts.remoteJid;
        fromMe = parts.fromMe;
        id = parts.id;
        participant = parts.participant;
        remoteJidAlt = parts.remoteJidAlt;
        participantAlt = parts.participantAlt;
        broadcast = parts.broadcast;
    }

    /**
     * A key in a one-to-one chat.
     *
     * @param remoteJid the chat
     * @param fromMe true if this account sent the message
     * @param id the message id, never empty
     * @return the key
     */
    public static MessageKey of(Jid remoteJid, boolean fromMe, String id) {
        return builder(remoteJid, fromMe, id).build();
    }

    /**
     * Starts a key with the parts that every key has.
     *
     * @param remoteJid the chat
     * @param fromMe true if this account sent the message
     * @param id the message id, never empty
     * @return a new builder
     */
    public static Builder builder(Jid remoteJid, boolean fromMe, String id) {
        return new Builder(remoteJid, fromMe, id);
    }

    /**
     * Starts a key from this one.
     *
     * @return a new builder with the parts of this key
     */
    public Builder toBuilder() {
        return new Builder(remoteJid, fromMe, id)
                .participant(participant)
                .remoteJidAlt(remoteJidAlt)
                .participantAlt(participantAlt)
                .broadcast(broadcast);
    }

    /**
     * The chat: a user, a group or a broadcast, without a device.
     *
     * @return the chat
     */
    public Jid remoteJid() {
        return remoteJid;
    }

    /**
     * Whether this account sent the message, from whichever device.
     *
     * @return true if it did
     */
    public boolean fromMe() {
        return fromMe;
    }

    /**
     * The message id.
     *
     * @return the id, never empty
     */
    public String id() {
        return id;
    }

    /**
     * The author in a group or broadcast, without a device.
     *
     * @return the author; empty in one-to-one chats
     */
    public Optional<Jid> participant() {
        return Optional.ofNullable(participant);
    }

    /**
     * The other form of {@link #remoteJid}.
     *
     * @return the other form, if known
     */
    public Optional<Jid> remoteJidAlt() {
        return Optional.ofNullable(remoteJidAlt);
    }

    /**
     * The other form of {@link #participant}.
     *
     * @return the other form, if known
     */
    public Optional<Jid> participantAlt() {
        return Optional.ofNullable(participantAlt);
    }

    /**
     * The broadcast list by which the message came into the chat with its author.
     *
     * @return the list; empty for a message that was written in its chat
     */
    public Optional<Jid> broadcast() {
        return Optional.ofNullable(broadcast);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MessageKey key
                && fromMe == key.fromMe
                && id.equals(key.id)
                && remoteJid.equals(key.remoteJid)
                && Objects.equals(participant, key.participant)
                && Objects.equals(remoteJidAlt, key.remoteJidAlt)
                && Objects.equals(participantAlt, key.participantAlt)
                && Objects.equals(broadcast, key.broadcast);
    }

    @Override
    public int hashCode() {
        return Objects.hash(remoteJid, fromMe, id, participant, remoteJidAlt, participantAlt, broadcast);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("MessageKey[")
                .append(id)
                .append(fromMe ? " to " : " from ")
                .append(remoteJid);
        participant().ifPresent(author -> text.append(" by ").append(author));
        return text.append(']').toString();
    }

    /** Collects the parts of a key. Not thread-safe. */
    public static final class Builder {

        private final Jid remoteJid;
        private final boolean fromMe;
        private final String id;
        private @Nullable Jid participant;
        private @Nullable Jid remoteJidAlt;
        private @Nullable Jid participantAlt;
        private @Nullable Jid broadcast;

        private Builder(Jid remoteJid, boolean fromMe, String id) {
            this.remoteJid = requireNonNull(remoteJid, "remoteJid");
            this.fromMe = fromMe;
            this.id = requireNonNull(id, "id");
            if (id.isEmpty()) {
                throw new IllegalArgumentException("id must not be empty");
            }
        }

        /**
         * The author in a group or broadcast; default none.
         *
         * @param participant the author without a device, or null
         * @return this builder
         */
        public Builder participant(@Nullable Jid participant) {
            this.participant = participant;
            return this;
        }

        /**
         * The other form of the chat; default not known.
         *
         * @param remoteJidAlt the other form, or null
         * @return this builder
         */
        public Builder remoteJidAlt(@Nullable Jid remoteJidAlt) {
            this.remoteJidAlt = remoteJidAlt;
            return this;
        }

        /**
         * The other form of the author; default not known.
         *
         * @param participantAlt the other form, or null
         * @return this builder
         */
        public Builder participantAlt(@Nullable Jid participantAlt) {
            this.participantAlt = participantAlt;
            return this;
        }

        /**
         * The broadcast list by which the message came; default none.
         *
         * @param broadcast the list, or null
         * @return this builder
         */
        public Builder broadcast(@Nullable Jid broadcast) {
            this.broadcast = broadcast;
            return this;
        }

        /**
         * Makes the key.
         *
         * @return the key
         */
        public MessageKey build() {
            return new MessageKey(this);
        }
    }
}
