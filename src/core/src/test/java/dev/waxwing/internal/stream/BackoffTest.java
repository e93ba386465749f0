package dev.waxwing.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BackoffTest {

    @Test
    void givenNoVariation_whenRepeated_thenFibonacciUpToTheCap() {
        Backoff backoff = new Backoff(BackoffPolicy.DEFAULT, () -> 0.5);

        assertThat(seconds(backoff, 19))
                .containsExactly(
                        1L, 1L, 2L, 3L, 5L, 8L, 13L, 21L, 34L, 55L, 89L, 144L, 233L, 377L, 610L, 900L, 900L, 900L,
                        900L);
    }

    @Test
    void givenExtremesOfRandom_whenRepeated_thenTenPercentEitherWay() {
        assertThat(new Backoff(BackoffPolicy.DEFAULT, () -> 0).next()).isEqualTo(Duration.ofMillis(900));
        assertThat(new Backoff(BackoffPolicy.DEFAULT, () -> Math.nextDown(1.0)).next())
                .isBetween(Duration.ofMillis(1099), Duration.ofMillis(1100));
    }

    @Test
    void givenRateLimit_whenRepeated_thenFiveStepsFurther() {
        Backoff backoff = new Backoff(BackoffPolicy.DEFAULT, () -> 0.5);

        assertThat(backoff.nextLong()).isEqualTo(Duration.ofSeconds(8));
        assertThat(backoff.next()).isEqualTo(Duration.ofSeconds(13));
    }

    @Test
    void givenLongSequence_whenReset_thenFromTheStart() {
        Backoff backoff = new Backoff(BackoffPolicy.DEFAULT, () -> 0.5);
        seconds(backoff, 500);

        backoff.reset();

        assertThat(seconds(backoff, 4)).containsExactly(1L, 1L, 2L, 3L);
    }

    private static List<Long> seconds(Backoff backoff, int count) {
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            delays.add(backoff.next().toSeconds());
        }
        return delays;
    }
}
