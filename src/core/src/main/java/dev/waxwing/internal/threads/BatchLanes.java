package dev.waxwing.internal.threads;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Work in order within a key, where items that have to wait for the ones before them are then worked on together: a lane under
 * load shares its transactions, an idle one waits for nobody. No thread is held while the work waits for the network. Keys without
 * items cost nothing.
 *
 * @param <K> what items are in order with
 * @param <T> an item
 */
public final class BatchLanes<K, T> {

    private final Executor executor;
    private final int most;
    private final Function<List<T>, CompletionStage<?>> work;
    private final BiConsumer<T, Throwable> failed;
    private final Map<K, ArrayDeque<T>> lanes = new HashMap<>();

    /**
     * Creates lanes without items.
     *
     * @param executor runs the work
     * @param most how many items are worked on together at most
     * @param work called on the executor with one item or more; the lane goes on when its stage has completed
     * @param failed told each item of a stage that failed, and of work that threw
     */
    public BatchLanes(
            Executor executor, int most, Function<List<T>, CompletionStage<?>> work, BiConsumer<T, Throwable> failed) {
        this.executor = requireNonNull(executor, "executor");
        this.most = most;
        this.work = requireNonNull(work, "work");
        this.failed = requireNonNull(failed, "failed");
    }

    /**
     * Puts an item at the end of its lane. Returns at once.
     *
     * @param key what to be in order with; needs {@code equals} and {@code hashCode}
     * @param item the item
     */
    public void submit(K key, T item) {
        synchronized (lanes) {
            ArrayDeque<T> lane = lanes.get(key);
            if (lane != null) {
                lane.add(item);
                return;
            }
            lane = new ArrayDeque<>();
            lane.add(item);
            lanes.put(key, lane);
        }
        next(key);
    }

    private void next(K key) {
        List<T> items = take(key);
        if (items.isEmpty()) {
            return;
        }
        try {
            executor.execute(() -> start(key, items));
        } catch (RejectedExecutionException e) {
            for (List<T> left = items; !left.isEmpty(); left = take(key)) {
                left.forEach(item -> failed.accept(item, e));
            }
        }
    }

    private void start(K key, List<T> items) {
        CompletionStage<?> stage;
        try {
            stage = work.apply(items);
        } catch (RuntimeException | Error e) {
            items.forEach(item -> failed.accept(item, e));
            next(key);
            return;
        }
        stage.whenComplete((done, failure) -> {
            if (failure != null) {
                items.forEach(item -> failed.accept(item, Failures.unwrap(failure)));
            }
            next(key);
        });
    }

    /** The next items of a lane; a lane that has none is gone. */
    private List<T> take(K key) {
        synchronized (lanes) {
            ArrayDeque<T> lane = lanes.get(key);
            if (lane == null) {
                return List.of();
            }
            List<T> items = new ArrayList<>(Math.min(lane.size(), most));
            while (items.size() < most && !lane.isEmpty()) {
                items.add(lane.remove());
            }
            if (items.isEmpty()) {
                lanes.remove(key);
            }
            return items;
        }
    }
}
