package dev.waxwing.internal.content;

import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whom a chat is with. It decides which devices get a message, how it is encrypted, in which stanza, and what receipts
 * and retries know it by; the pipelines ask it and do not look at addresses.
 */
public sealed interface Audience {

    /**
     * The address of the chat, without a device.
     *
     * @return the address
     */
    Jid address();

    /**
     * What it is, in words.
     *
     * @return for example {@code "a group"}
     */
    String description();

    /**
     * Whether several people write there, so that a message needs its author to be known by.
     *
     * @return false where the chat tells the author
     */
    boolean hasAuthors();

    /**
     * Whether authors share a key with all who listen, instead of a session with each.
     *
     * @return true if so
     */
    default boolean hasSenderKeys() {
        return false;
    }

    /**
     * Whether nobody is in it by itself, so that a message says whom it is for.
     *
     * @return true if so
     */
    default boolean isListed() {
        return false;
    }

    /**
     * The audience of a chat.
     *
     * @param chat its address; a device of it is ignored
     * @return the audience, {@link Unknown} for an address that is none
     */
    static Audience of(Jid chat) {
        Jid address = chat.person();
        if (address.isUser()) {
            return new Person(address);
        }
        if (address.isGroup()) {
            return new Group(address);
        }
        if (address.isStatusBroadcast()) {
            return new Status(address);
        }
        if (address.isBroadcast()) {
            return new BroadcastList(address);
        }
        if (address.isNewsletter()) {
            return new Newsletter(address);
        }
        return address.isBot() ? new Bot(address) : new Unknown(address);
    }

    /**
     * What identifies a message there.
     *
     * @param fromMe whether this account sent it
     * @param id the message id
     * @param author who wrote it; null for a message of this account that is known without its author
     * @param otherForm given an address, the other form of it, if known
     * @return the key, with the author where the chat does not tell it
     */
    default MessageKey key(boolean fromMe, String id, @Nullable Jid author, Function<Jid, Optional<Jid>> otherForm) {
        Optional<Jid> participant = author != null && hasAuthors() ? Optional.of(author.person()) : Optional.empty();
        return MessageKey.builder(address(), fromMe, id)
                .remoteJidAlt(otherForm.apply(address()).orElse(null))
                .participant(participant.orElse(null))
                .participantAlt(participant.flatMap(otherForm).orElse(null))
                .build();
    }

    /**
     * A person, by phone number or LID.
     *
     * @param address the person
     */
    record Person(Jid address) implements Audience {
        @Override
        public String description() {
            return "a person";
        }

        @Override
        public boolean hasAuthors() {
            return false;
        }
    }

    /**
     * A group.
     *
     * @param address the group
     */
    record Group(Jid address) implements Audience {
        @Override
        public String description() {
            return "a group";
        }

        @Override
        public boolean hasAuthors() {
            return true;
        }

        @Override
        public boolean hasSenderKeys() {
            return true;
        }
    }

    /**
     * Everyone who may see the author's status.
     *
     * @param address where status posts go
     */
    record Status(Jid address) implements Audience {
        @Override
        public String description() {
            return "a status";
        }

        @Override
        public boolean hasAuthors() {
            return true;
        }

        @Override
        public boolean hasSenderKeys() {
            return true;
        }

        @Override
        public boolean isListed() {
            return true;
        }
    }

    /**
     * People who each get a message in their own chat.
     *
     * @param address the list
     */
    record BroadcastList(Jid address) implements Audience {
        @Override
        public String description() {
            return "a broadcast list";
        }

        @Override
        public boolean hasAuthors() {
            return true;
        }

        @Override
        public boolean hasSenderKeys() {
            return true;
        }

        /** What somebody sends to a list is in the chat with that person, for everybody but the sender. */
        @Override
        public MessageKey key(boolean fromMe, String id, @Nullable Jid author, Function<Jid, Optional<Jid>> otherForm) {
            if (fromMe || author == null) {
                return Audience.super.key(fromMe, id, author, otherForm);
            }
            Jid chat = author.person();
            return MessageKey.builder(chat, false, id)
                    .remoteJidAlt(otherForm.apply(chat).orElse(null))
                    .broadcast(address)
                    .build();
        }

        @Override
        public boolean isListed() {
            return true;
        }
    }

    /**
     * The readers of a channel.
     *
     * @param address the channel
     */
    record Newsletter(Jid address) implements Audience {
        @Override
        public String description() {
            return "a newsletter";
        }

        @Override
        public boolean hasAuthors() {
            return false;
        }
    }

    /**
     * A bot on the bots' server; one with a number is a {@link Person}.
     *
     * @param address the bot
     */
    record Bot(Jid address) implements Audience {
        @Override
        public String description() {
            return "a bot";
        }

        @Override
        public boolean hasAuthors() {
            return false;
        }
    }

    /**
     * An address that this version knows no chat for.
     *
     * @param address the address
     */
    record Unknown(Jid address) implements Audience {
        @Override
        public String description() {
            return "an address of an unknown kind";
        }

        @Override
        public boolean hasAuthors() {
            return true;
        }
    }
}
