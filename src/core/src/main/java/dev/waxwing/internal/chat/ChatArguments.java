package dev.waxwing.internal.chat;

import static java.util.Objects.requireNonNull;

import dev.waxwing.chat.LastMessages;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Refuses what an application cannot mean, before anything is stored; each answers what it was given, tidied. */
final class ChatArguments {

    private static final int MOST = 1_000;
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_LABEL = 32;
    private static final int LONGEST_ID = 256;

    private ChatArguments() {}

    static Jid chat(Jid chat, String name) {
        requireNonNull(chat, name);
        if ((!chat.isUser() && !chat.isGroup()) || chat.user().isEmpty()) {
            throw new IllegalArgumentException(name + " must be a person or a group but was " + chat);
        }
        return chat.isGroup() ? chat.withoutDevice() : chat.person();
    }

    static Jid person(Jid person, String name) {
        if (!requireNonNull(person, name).isUser()) {
            throw new IllegalArgumentException(name + " must be a person but was " + person);
        }
        return person.person();
    }

    static List<Jid> chats(Collection<Jid> chats, String name) {
        return List.copyOf(new LinkedHashSet<>(each(chats, name, 0, chat -> chat(chat, "each of " + name))));
    }

    static List<Integer> numbers(Collection<Integer> numbers, String name) {
        return each(numbers, name, 0, number -> requireNonNull(number, "each of " + name));
    }

    static List<MessageKey> messages(Collection<MessageKey> messages, String name) {
        Set<MessageKey> distinct = new LinkedHashSet<>(each(messages, name, 1, key -> message(key, "each of " + name)));
        return List.copyOf(distinct);
    }

    /** The size that a collection claims is not relied on. */
    private static <T> List<T> each(Collection<T> all, String name, int least, UnaryOperator<T> check) {
        List<T> found = new ArrayList<>();
        for (T one : requireNonNull(all, name)) {
            found.add(check.apply(one));
            if (found.size() > MOST) {
                throw new IllegalArgumentException(name + " must be at most " + MOST);
            }
        }
        if (found.size() < least) {
            throw new IllegalArgumentException(name + " must not be empty");
        }
        return found;
    }

    /** In a group somebody else's message is only found by its author. */
    static MessageKey message(MessageKey key, String name) {
        requireNonNull(key, name);
        chat(key.remoteJid(), name + ".remoteJid");
        text(key.id(), name + ".id", 1, LONGEST_ID);
        if (key.remoteJid().isGroup() && !key.fromMe() && key.participant().isEmpty()) {
            throw new IllegalArgumentException(name + " must name the author of " + key.id() + " in a group");
        }
        return key;
    }

    static LastMessages last(Jid chat, LastMessages last) {
        for (LastMessages.Message one : requireNonNull(last, "last").messages()) {
            MessageKey key = message(one.key(), "last");
            if (!key.remoteJid().equals(chat)
                    && !key.remoteJidAlt().filter(chat::equals).isPresent()) {
                throw new IllegalArgumentException(
                        "last must be of " + chat + " but has a message of " + key.remoteJid());
            }
            time(one.timestamp(), "last.timestamp");
        }
        last.lastMessage().ifPresent(at -> time(at, "last.lastMessage"));
        last.lastSystemMessage().ifPresent(at -> time(at, "last.lastSystemMessage"));
        return last;
    }

    /** Milliseconds since 1970 have to fit into 63 bits. */
    static Instant time(Instant time, String name) {
        requireNonNull(time, name);
        if (time.isBefore(Instant.EPOCH) || time.isAfter(Instant.ofEpochMilli(Long.MAX_VALUE))) {
            throw new IllegalArgumentException(name + " must not be before 1970 nor too late to count but was " + time);
        }
        return time;
    }

    static String label(String labelId) {
        return text(labelId, "labelId", 1, LONGEST_LABEL);
    }

    static String name(String name) {
        text(name, "name", 1, LONGEST_NAME);
        if (name.isBlank()) {
            throw new IllegalArgumentException("name must not be only space");
        }
        return name;
    }

    static String messageId(String id) {
        return text(id, "messageId", 1, LONGEST_ID);
    }

    static String replyId(String id) {
        return text(id, "id", 1, LONGEST_LABEL);
    }

    private static String text(String text, String name, int least, int most) {
        int length = requireNonNull(text, name).length();
        if (length < least || length > most) {
            throw new IllegalArgumentException(
                    name + " must have " + least + " to " + most + " characters but has " + length);
        }
        return text;
    }
}
