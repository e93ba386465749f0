package dev.waxwing.internal.threads;

import static java.util.Objects.requireNonNull;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is made when it is first asked for, and once: for what most of many idle accounts never need.
 * Thread-safe.
 *
 * @param <T> the value
 */
public final class Lazy<T> implements Supplier<T> {

    private final Supplier<? extends T> maker;
    private volatile @Nullable T value;

    /**
     * Makes nothing yet.
     *
     * @param maker makes the value; must not ask for it
     */
    public Lazy(Supplier<? extends T> maker) {
        this.maker = requireNonNull(maker, "maker");
    }

    @Override
    public T get() {
        T made = value;
        if (made == null) {
            synchronized (this) {
                made = value;
                if (made == null) {
                    made = maker.get();
                    value = made;
                }
            }
        }
        return made;
    }
}
