package dev.waxwing.testkit.traffic;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.state.ClientLink;
import dev.waxwing.testkit.state.Device;
import dev.waxwing.testkit.state.ServerThread;
import dev.waxwing.testkit.state.ShiftedClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * Every stanza of every client, both directions, the newest ones of a bounded number. For assertions: each method may
 * be called from any thread and sees all that the server did before.
 */
public final class Journal {

    private static final int MAX_WAITERS = 1000;

    private final ServerThread thread;
    private final ShiftedClock clock;
    private final int limit;
    private final ArrayDeque<JournalEntry> entries = new ArrayDeque<>();
    private final ArrayDeque<JournalEntry> unhandled = new ArrayDeque<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private long count;

    /**
     * Creates an empty journal.
     *
     * @param thread owns it
     * @param clock stamps the entries
     * @param limit how many entries it keeps, the newest
     */
    public Journal(ServerThread thread, ShiftedClock clock, int limit) {
        this.thread = thread;
        this.clock = clock;
        this.limit = limit;
    }

    private record Waiter(Predicate<JournalEntry> match, CompletableFuture<JournalEntry> future) {

        /** Completes the future if the entry is the one; a match that throws must not harm the connection. */
        boolean isServedBy(JournalEntry entry) {
            try {
                return future.isDone() || (match.test(entry) && future.complete(entry));
            } catch (RuntimeException e) {
                return future.completeExceptionally(e);
            }
        }
    }

    /**
     * What is in the journal.
     *
     * @return oldest first; a copy
     */
    public List<JournalEntry> entries() {
        return thread.ask(() -> List.copyOf(entries));
    }

    /**
     * What of the journal matches.
     *
     * @param match which entries; runs on the server's thread and must not block
     * @return oldest first; a copy
     */
    public List<JournalEntry> entries(Predicate<JournalEntry> match) {
        return thread.ask(() -> entries.stream().filter(match).toList());
    }

    /**
     * Stanzas that no area of the server took, since the start or the last {@link #clear()}.
     *
     * @return oldest first; a copy
     */
    public List<JournalEntry> unhandled() {
        return thread.ask(() -> List.copyOf(unhandled));
    }

    /**
     * Waits for a stanza, past or to come.
     *
     * @param match which one; runs on the server's thread and must not block
     * @return completes with the first match, on the server's thread: do not block in what depends on it. Cancel it to
     *     stop waiting; the server's end cancels it
     */
    public CompletableFuture<JournalEntry> await(Predicate<JournalEntry> match) {
        CompletableFuture<JournalEntry> future = new CompletableFuture<>();
        thread.tell(() -> {
            Waiter newcomer = new Waiter(match, future);
            if (entries.stream().anyMatch(newcomer::isServedBy)) {
                return;
            }
            waiters.removeIf(waiter -> waiter.future.isDone());
            if (waiters.size() >= MAX_WAITERS) {
                future.completeExceptionally(new IllegalStateException("more than " + MAX_WAITERS + " wait already"));
            } else {
                waiters.add(newcomer);
            }
        });
        return future;
    }

    /** Forgets all entries; who waits goes on waiting. */
    public void clear() {
        thread.ask(() -> {
            entries.clear();
            unhandled.clear();
            return true;
        });
    }

    /**
     * Writes a stanza down.
     *
     * @param connection of which client
     * @param direction from or to it
     * @param stanza the stanza
     * @param note what a fault did to it, or empty
     * @return the entry
     */
    public JournalEntry record(ClientLink connection, Direction direction, Node stanza, String note) {
        Optional<Jid> device = connection.device().map(Device::phoneNumberJid);
        JournalEntry entry =
                new JournalEntry(++count, clock.instant(), connection.id(), device, direction, stanza, note);
        append(entries, entry);
        // A copy, because what depends on a future may add or end waiters.
        for (Waiter waiter : List.copyOf(waiters)) {
            if (waiter.isServedBy(entry)) {
                waiters.remove(waiter);
            }
        }
        return entry;
    }

    /**
     * Notes that no area took a stanza.
     *
     * @param entry of the stanza
     */
    public void recordUnhandled(JournalEntry entry) {
        append(unhandled, entry);
    }

    /** Ends all waiting. */
    public void close() {
        Iterator<Waiter> all = List.copyOf(waiters).iterator();
        waiters.clear();
        all.forEachRemaining(waiter -> waiter.future.cancel(false));
    }

    private void append(ArrayDeque<JournalEntry> log, JournalEntry entry) {
        if (log.size() >= limit) {
            log.removeFirst();
        }
        log.addLast(entry);
    }
}
