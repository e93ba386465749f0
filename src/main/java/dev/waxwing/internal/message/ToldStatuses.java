package dev.waxwing.internal.message;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageStatus;
import java.util.stream.Stream;

/**
 * How far each of the latest messages has come, by what the application was told: receipts overtake each other, and every reader of a group sends one.
 * In memory alone. Thread-safe.
 */
final class ToldStatuses {

    private static final int REMEMBERED = 10_000;

    private final Cache<Subject, MessageStatus> furthest =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    /** With the chat, because an id is its sender's choice: one chat must not silence what another has to tell. */
    private record Subject(Jid chat, boolean fromMe, String id) {}

    /**
     * Notes a status.
     *
     * @return true if the message has not come as far before
     */
    synchronized boolean advance(MessageKey key, MessageStatus status) {
        // The chat may have been told of by number, before its LID was known.
        boolean known = Stream.concat(Stream.of(key.remoteJid()), key.remoteJidAlt().stream())
                .map(chat -> furthest.getIfPresent(new Subject(chat, key.fromMe(), key.id())))
                .anyMatch(told -> told != null && told.compareTo(status) >= 0);
        if (!known) {
            furthest.put(new Subject(key.remoteJid(), key.fromMe(), key.id()), status);
        }
        return !known;
    }
}
