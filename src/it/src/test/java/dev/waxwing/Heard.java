package dev.waxwing;

import static org.assertj.core.api.Assertions.fail;

import dev.waxwing.event.EventKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** All events of one kind that came, to look at and to wait for. */
final class Heard<T> implements Consumer<T> {

    private static final long PATIENCE_SECONDS = 60;

    private record Waiter<T>(Predicate<List<T>> enough, CompletableFuture<List<T>> future) {}

    private final List<T> all = new ArrayList<>();
    private final List<Waiter<T>> waiters = new ArrayList<>();

    /** Listens from now on. */
    static <T> Heard<T> on(Socket socket, EventKey<T> key) {
        Heard<T> heard = new Heard<>();
        socket.ev().on(key, heard);
        return heard;
    }

    @Override
    public void accept(T event) {
        List<Waiter<T>> served;
        List<T> now;
        synchronized (this) {
            all.add(event);
            if (waiters.isEmpty()) {
                return;
            }
            now = List.copyOf(all);
            served = waiters.stream().filter(waiter -> waiter.enough.test(now)).toList();
            waiters.removeAll(served);
        }
        served.forEach(waiter -> waiter.future.complete(now));
    }

    synchronized List<T> all() {
        return List.copyOf(all);
    }

    /** Waits for the first event, past or to come, that matches. */
    T await(Predicate<? super T> match) {
        return awaitAll(events -> events.stream().anyMatch(match)).stream()
                .filter(match)
                .findFirst()
                .orElseThrow();
    }

    /** Waits for so many events; gives those there are then. */
    List<T> awaitCount(int count) {
        return awaitAll(events -> events.size() >= count);
    }

    /** Waits for so many events that match, those not counted that came before; gives all of them there are then. */
    List<T> awaitMatching(int before, Predicate<? super T> match, int count) {
        return awaitAll(events -> events.stream().skip(before).filter(match).count() >= count).stream()
                .skip(before)
                .filter(match)
                .toList();
    }

    private List<T> awaitAll(Predicate<List<T>> enough) {
        CompletableFuture<List<T>> future = new CompletableFuture<>();
        synchronized (this) {
            if (enough.test(all)) {
                return List.copyOf(all);
            }
            waiters.add(new Waiter<>(enough, future));
        }
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return fail("what was waited for did not come; heard so far: " + all(), e);
        } catch (ExecutionException | InterruptedException e) {
            return fail(e);
        }
    }
}
