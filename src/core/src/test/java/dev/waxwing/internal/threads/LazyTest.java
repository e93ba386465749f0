package dev.waxwing.internal.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is made only if it is needed. */
final class LazyTest {

    private final AtomicInteger made = new AtomicInteger();

    @Test
    void givenNobodyAsked_whenSomebodyAsksTwice_thenItIsMadeOnce() {
        Lazy<Integer> lazy = new Lazy<>(made::incrementAndGet);
        assertThat(made).hasValue(0);

        assertThat(lazy.get()).isEqualTo(1);
        assertThat(lazy.get()).isEqualTo(1);
        assertThat(made).hasValue(1);
    }

    @Test
    void givenTheMakerFails_whenAskedAgain_thenItIsTriedAgain() {
        Lazy<Integer> lazy = new Lazy<>(() -> {
            if (made.incrementAndGet() == 1) {
                throw new IllegalStateException("not yet");
            }
            return made.get();
        });

        assertThatThrownBy(lazy::get).isInstanceOf(IllegalStateException.class);
        assertThat(lazy.get()).isEqualTo(2);
    }
}
