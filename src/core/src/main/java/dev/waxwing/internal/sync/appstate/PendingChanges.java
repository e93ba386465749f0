package dev.waxwing.internal.sync.appstate;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.OutboxFullException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.sync.syncd.StateAction;
import dev.waxwing.internal.sync.syncd.StateCollection;
import dev.waxwing.internal.sync.syncd.StateUpdate;
import dev.waxwing.proto.storage.PendingStateEntry;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes of this device that the server has not taken yet, in the order in which they were made: rows of the store,
 * and beside those of this process the futures of whoever made them. Thread-safe.
 */
final class PendingChanges {

    static final StoreTable TABLE = StoreTable.of("state_pending");

    static final int MOST = 1_000;

    /** What goes out together: a patch of some hundred kilobytes at most. */
    private static final int MOST_IN_A_PATCH = 100;

    private static final Logger LOG = LoggerFactory.getLogger(PendingChanges.class);

    /** By row. Guarded by itself. */
    private final Map<String, CompletableFuture<Void>> futures = new HashMap<>();

    private @Nullable RuntimeException ended;

    /**
     * A change that waits.
     *
     * @param row its row
     * @param action what to do
     * @param encoded its bytes
     */
    record Change(String row, StateAction action, byte[] encoded) {}

    /**
     * Puts changes behind all others.
     *
     * @return their rows
     * @throws OutboxFullException if too many wait
     */
    List<String> add(StateCollection collection, List<StateAction> actions, StoreTransaction store) {
        List<String> rows = store.keys(TABLE, "", null, MOST + 1);
        if (rows.size() + actions.size() > MOST) {
            throw new OutboxFullException(MOST);
        }
        long last = rows.isEmpty() ? 0 : Long.parseLong(rows.get(rows.size() - 1));
        List<String> added = new ArrayList<>();
        for (StateAction action : actions) {
            String row = String.format(Locale.ROOT, "%019d", ++last);
            store.put(
                    TABLE,
                    row,
                    PendingStateEntry.newBuilder()
                            .setCollection(collection.wireName())
                            .setRemoval(action.removal())
                            .setAction(ByteString.copyFrom(action.encode()))
                            .build()
                            .toByteArray());
            added.add(row);
        }
        return added;
    }

    /** What waits for a collection, at most as much as goes into one patch; of one index all changes but none else. */
    List<Change> next(StateCollection collection, StoreTransaction store) {
        List<Change> found = new ArrayList<>();
        for (StoreEntry row : store.scanPrefix(TABLE, "", MOST)) {
            if (found.size() < MOST_IN_A_PATCH) {
                parse(row, store)
                        .filter(entry -> entry.getCollection().equals(collection.wireName()))
                        .flatMap(entry -> change(row.key(), entry, store))
                        .ifPresent(found::add);
            }
        }
        return found;
    }

    /** Of several changes of one index the last counts. */
    static List<StateAction> lastOfEach(List<Change> changes) {
        Map<List<String>, StateAction> last = new LinkedHashMap<>();
        changes.forEach(change -> {
            last.remove(change.action().index());
            last.put(change.action().index(), change.action());
        });
        return List.copyOf(last.values());
    }

    /** The collections that something waits for. */
    List<StateCollection> collections(StoreTransaction store) {
        return store.scanPrefix(TABLE, "", MOST).stream()
                .map(row -> parse(row, store))
                .flatMap(Optional::stream)
                .map(entry -> StateCollection.named(entry.getCollection()))
                .flatMap(Optional::stream)
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * Deletes the changes that an update brought: the server had taken them, and this device did not hear of it.
     *
     * @return their rows
     */
    List<String> takeBack(StateCollection collection, StateUpdate.Applied applied, StoreTransaction store) {
        if (applied.actions().isEmpty()) {
            return List.of();
        }
        List<String> taken = next(collection, store).stream()
                .filter(change -> isAmong(change, applied))
                .map(Change::row)
                .toList();
        delete(taken, store);
        return taken;
    }

    private static boolean isAmong(Change change, StateUpdate.Applied applied) {
        for (int i = 0; i < applied.actions().size(); i++) {
            if (applied.actions().get(i).removal() == change.action().removal()
                    && Arrays.equals(applied.encoded().get(i), change.encoded())) {
                return true;
            }
        }
        return false;
    }

    void delete(Collection<String> rows, StoreTransaction store) {
        rows.forEach(row -> store.delete(TABLE, row));
    }

    private static Optional<PendingStateEntry> parse(StoreEntry row, StoreTransaction store) {
        try {
            return Optional.of(PendingStateEntry.parseFrom(row.value()));
        } catch (InvalidProtocolBufferException e) {
            damaged(row.key(), store, e);
            return Optional.empty();
        }
    }

    private static Optional<Change> change(String row, PendingStateEntry entry, StoreTransaction store) {
        byte[] encoded = entry.getAction().toByteArray();
        try {
            return Optional.of(new Change(row, StateAction.decode(encoded, entry.getRemoval()), encoded));
        } catch (ProtocolViolationException e) {
            damaged(row, store, e);
            return Optional.empty();
        }
    }

    private static void damaged(String row, StoreTransaction store, Exception cause) {
        LOG.error("A change in the store is damaged, and is not made", cause);
        store.delete(TABLE, row);
    }

    /** Whoever made these changes waits for all of them. */
    CompletableFuture<Void> await(List<String> rows) {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        synchronized (futures) {
            for (String row : rows) {
                CompletableFuture<Void> future =
                        ended == null ? new CompletableFuture<>() : CompletableFuture.failedFuture(ended);
                futures.put(row, future);
                all.add(future);
            }
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new));
    }

    void done(Collection<String> rows) {
        take(rows).forEach(future -> future.complete(null));
    }

    void failed(Collection<String> rows, RuntimeException reason) {
        take(rows).forEach(future -> future.completeExceptionally(reason));
    }

    /** The rows stay; nobody waits for them any more. */
    void end(RuntimeException reason) {
        List<String> rows;
        synchronized (futures) {
            ended = reason;
            rows = List.copyOf(futures.keySet());
        }
        failed(rows, reason);
    }

    private List<CompletableFuture<Void>> take(Collection<String> rows) {
        List<CompletableFuture<Void>> taken = new ArrayList<>();
        synchronized (futures) {
            for (String row : rows) {
                CompletableFuture<Void> future = futures.remove(row);
                if (future != null) {
                    taken.add(future);
                }
            }
        }
        return taken;
    }
}
