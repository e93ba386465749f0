package dev.waxwing.testkit.area.message;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What one device has not confirmed yet, oldest first, whether it was sent already or not. Of notices that replace each
 * other, as those of one account's devices, only the newest waits.
 */
final class DeviceQueue {

    /** One stanza that waits to be confirmed. Compared by identity: a server may send the same stanza twice. */
    static final class Entry {
        private Node stanza;
        private boolean sent;
        /** Whether it went out on any connection. */
        private boolean known;

        private Entry(Node stanza) {
            this.stanza = stanza;
        }

        Node stanza() {
            return stanza;
        }

        /** True for one call after each {@link DeviceQueue#rewind()}: the caller is the one who sends it. */
        boolean claim() {
            boolean first = !sent;
            sent = true;
            known = true;
            return first;
        }
    }

    private record Key(String tag, String id) {}

    /** Notices of one type about one account. */
    private record Replaced(String type, Jid account) {}

    private static final Set<String> REPLACED_TYPES = Set.of("devices", "account_sync");

    private final int limit;
    private final boolean gatherReceipts;
    private final Set<Entry> entries = new LinkedHashSet<>();
    private final Map<Key, List<Entry>> byKey = new HashMap<>();
    private final Map<Replaced, Entry> newest = new HashMap<>();

    /**
     * Creates an empty queue.
     *
     * @param limit how many stanzas wait at most
     * @param gatherReceipts whether receipts of several members for one message become one while they wait
     */
    DeviceQueue(int limit, boolean gatherReceipts) {
        this.limit = limit;
        this.gatherReceipts = gatherReceipts;
    }

    int size() {
        return entries.size();
    }

    /** All entries, oldest first; a copy. */
    List<Entry> entries() {
        return List.copyOf(entries);
    }

    boolean contains(Entry entry) {
        return entries.contains(entry);
    }

    /**
     * Appends a stanza.
     *
     * @return false if the oldest had to make room
     */
    boolean add(Node stanza, boolean sent) {
        if (gatherReceipts && !sent && gathered(stanza)) {
            return true;
        }
        Optional<Replaced> replaces = replacedBy(stanza);
        replaces.map(newest::get).filter(waiting -> !waiting.sent).ifPresent(this::remove);
        boolean room = entries.size() < limit;
        if (!room) {
            Iterator<Entry> oldest = entries.iterator();
            remove(oldest.next());
        }
        Entry entry = new Entry(stanza);
        entry.sent = sent;
        entry.known = sent;
        entries.add(entry);
        byKey.computeIfAbsent(keyOf(stanza), key -> new ArrayList<>(1)).add(entry);
        replaces.ifPresent(notices -> newest.put(notices, entry));
        return room;
    }

    /** Adds a member's receipt to one that waits, if there is one like it for the same message. */
    private boolean gathered(Node receipt) {
        if (!GatheredReceipt.isOne(receipt)) {
            return false;
        }
        Optional<Entry> waiting = byKey.getOrDefault(keyOf(receipt), List.of()).stream()
                .filter(entry -> !entry.known && GatheredReceipt.goTogether(entry.stanza, receipt))
                .findFirst();
        waiting.ifPresent(entry -> entry.stanza = GatheredReceipt.of(entry.stanza, receipt));
        return waiting.isPresent();
    }

    /** Nothing counts as sent any more: the connection it was sent on is gone. */
    void rewind() {
        entries.forEach(entry -> entry.sent = false);
    }

    /**
     * Takes a stanza out that the device has confirmed.
     *
     * @param tag of the stanza
     * @param id of the stanza
     * @param from whom the device takes it to be from, if it said so
     * @param exactly whether a stanza of that id from someone else does not count
     * @return what was taken out, or nothing if there is no such stanza
     */
    Optional<Entry> confirm(String tag, String id, Optional<Jid> from, boolean exactly) {
        // A second word on a message must not take out the copy that was encrypted anew and has not gone out yet.
        List<Entry> candidates = byKey.getOrDefault(new Key(tag, id), List.of()).stream()
                .filter(entry -> entry.known)
                .toList();
        Optional<Entry> confirmed = candidates.stream()
                .filter(entry -> from.isPresent() && from.get().equals(entry.stanza.jid("from")))
                .findFirst();
        if (confirmed.isEmpty() && !exactly) {
            confirmed = candidates.stream().findFirst();
        }
        confirmed.ifPresent(this::remove);
        return confirmed;
    }

    private void remove(Entry entry) {
        entries.remove(entry);
        replacedBy(entry.stanza).ifPresent(notices -> newest.remove(notices, entry));
        Key key = keyOf(entry.stanza);
        List<Entry> same = byKey.getOrDefault(key, new ArrayList<>());
        same.remove(entry);
        if (same.isEmpty()) {
            byKey.remove(key);
        }
    }

    private static Optional<Replaced> replacedBy(Node stanza) {
        String type = stanza.attr("type");
        Jid account = stanza.jid("from");
        return stanza.tag().equals("notification") && account != null && type != null && REPLACED_TYPES.contains(type)
                ? Optional.of(new Replaced(type, account))
                : Optional.empty();
    }

    private static Key keyOf(Node stanza) {
        return new Key(stanza.tag(), Objects.requireNonNullElse(stanza.attr("id"), ""));
    }
}
