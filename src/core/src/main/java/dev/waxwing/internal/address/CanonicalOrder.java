package dev.waxwing.internal.address;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.threads.KeyedLanes;
import dev.waxwing.model.Jid;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands work on in the order it came, each with the lane of the person it is about: the canonical form of the address,
 * so that what is addressed by number and by LID alternately ends in one lane. If the pair was learned while work lay
 * in the lane of the number, the person stays there until that lane is empty. The store is never read on the caller's
 * thread: work whose address is not in memory waits for the executor, and what comes meanwhile waits behind it.
 * Thread-safe.
 */
public final class CanonicalOrder {

    private static final Logger LOG = LoggerFactory.getLogger(CanonicalOrder.class);

    private final LidMappings people;
    private final Predicate<Jid> busy;
    private final Executor executor;

    /** What is not handed on yet, the one at hand included. Guarded by itself. */
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private record Waiting(Jid address, Consumer<Jid> next) {}

    /**
     * Creates an order of its own.
     *
     * @param people which addresses are one person
     * @param busy whether work lies in a lane or is being done there
     * @param executor reads the store where memory does not know
     */
    public CanonicalOrder(LidMappings people, Predicate<Jid> busy, Executor executor) {
        this.people = requireNonNull(people, "people");
        this.busy = requireNonNull(busy, "busy");
        this.executor = requireNonNull(executor, "executor");
    }

    /**
     * Hands work on, now or once everything that came before was.
     *
     * @param address what it is about, by either form, without a device
     * @param next takes the lane, in this call or on the executor; quick
     */
    public void handOn(Jid address, Consumer<Jid> next) {
        Optional<List<Jid>> forms = people.rememberedForms(address);
        boolean first;
        synchronized (waiting) {
            first = waiting.isEmpty();
            if (!first || forms.isEmpty()) {
                waiting.add(new Waiting(address, next));
                forms = Optional.empty();
            }
        }
        if (forms.isPresent()) {
            next.accept(lane(forms.get()));
        } else if (first) {
            try {
                executor.execute(() -> handOnAll(true));
            } catch (RejectedExecutionException e) {
                // Whoever takes the work will be refused too, and knows how to say so.
                handOnAll(false);
            }
        }
    }

    /**
     * Hands a task on to the lane of a person.
     *
     * @param address whom it is about, by either form, without a device
     * @param lanes where it runs
     * @param task what to do; may block on the store
     * @param <T> what the task answers
     * @return completes as {@link KeyedLanes#submit} does
     */
    public <T> CompletableFuture<T> handOn(Jid address, KeyedLanes lanes, Callable<T> task) {
        CompletableFuture<T> done = new CompletableFuture<>();
        handOn(address, lane -> {
            try {
                lanes.submit(lane, task).whenComplete((answer, failure) -> {
                    if (failure == null) {
                        done.complete(answer);
                    } else {
                        done.completeExceptionally(failure);
                    }
                });
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private void handOnAll(boolean mayRead) {
        while (true) {
            Waiting one;
            synchronized (waiting) {
                one = waiting.peek();
            }
            if (one == null) {
                return;
            }
            try {
                one.next.accept(mayRead ? lane(formsOf(one.address)) : one.address);
            } catch (RuntimeException e) {
                LOG.error("Work about {} could not be handed on", one.address, e);
            }
            synchronized (waiting) {
                // Only now: nobody may come past it before.
                waiting.remove();
                if (waiting.isEmpty()) {
                    return;
                }
            }
        }
    }

    private List<Jid> formsOf(Jid address) {
        try {
            return people.formsOf(address);
        } catch (WaxwingException e) {
            LOG.warn("The other form of {} cannot be read; it counts as it is", address, e);
            return List.of(address);
        }
    }

    private Jid lane(List<Jid> forms) {
        Jid number = forms.get(0).isPhone() ? forms.get(0) : forms.get(forms.size() - 1);
        if (forms.size() == 1 || busy.test(number)) {
            return number;
        }
        return forms.get(0).isLid() ? forms.get(0) : forms.get(1);
    }
}
