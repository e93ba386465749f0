package dev.waxwing.internal.receipt;

import static java.util.Objects.requireNonNull;

import dev.waxwing.event.Events;
import dev.waxwing.event.MessagesUpdate;
import dev.waxwing.event.MessagesUpdate.StatusChange;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageStatus;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Tells the application how far messages have come, and no status twice or after a later one: receipts overtake each
 * other and the acks of what goes out again, and every reader of a group sends one. What was told is known in memory
 * alone, of the latest messages. Thread-safe.
 */
public final class StatusUpdates {

    /** More than may be in an outbox, all of which goes out again after a login. */
    private static final int REMEMBERED = 20_000;

    private final EventDispatcher events;

    /**
     * The one that changed last is the last. Not a cache that keeps what was asked for often: that is no sign of what
     * comes next.
     */
    private final Map<Subject, MessageStatus> furthest = new LinkedHashMap<>();

    /** With the chat, because an id is its sender's choice: one chat must not silence what another has to tell. */
    private record Subject(Jid chat, boolean fromMe, String id) {}

    /**
     * Creates one for an account.
     *
     * @param events where the news is published
     */
    public StatusUpdates(EventDispatcher events) {
        this.events = requireNonNull(events, "events");
    }

    /**
     * Publishes what is news among the changes, in one event; what comes later is told later.
     *
     * @param changes how far messages have come
     */
    public synchronized void publishNews(List<StatusChange> changes) {
        List<StatusChange> news = changes.stream().filter(this::advance).toList();
        if (!news.isEmpty()) {
            events.publish(Events.MESSAGES_UPDATE, new MessagesUpdate(List.copyOf(news)));
        }
    }

    private boolean advance(StatusChange change) {
        MessageKey key = change.key();
        boolean isKnown = Stream.concat(Stream.of(key.remoteJid()), key.remoteJidAlt().stream())
                .map(chat -> furthest.get(new Subject(chat, key.fromMe(), key.id())))
                .anyMatch(known -> known != null && known.compareTo(change.status()) >= 0);
        if (!isKnown) {
            Subject subject = new Subject(lasting(key), key.fromMe(), key.id());
            furthest.remove(subject);
            furthest.put(subject, change.status());
            if (furthest.size() > REMEMBERED) {
                Iterator<Subject> oldest = furthest.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
        }
        return !isKnown;
    }

    /** By number if that is known: the LID may be learned between two changes, and then only the later one has both. */
    private static Jid lasting(MessageKey key) {
        return key.remoteJidAlt().filter(Jid::isPhone).orElse(key.remoteJid());
    }
}
