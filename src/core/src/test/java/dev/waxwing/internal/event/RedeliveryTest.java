package dev.waxwing.internal.event;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.event.EventBatch.Published;
import dev.waxwing.event.EventKey;
import dev.waxwing.internal.threads.SystemTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedeliveryTest {

    private static final EventKey<Numbers> NUMBERS = new EventKey<>("numbers", Numbers.class);

    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final EventDispatcher events = new EventDispatcher(executor, new SystemTimer());
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    record Numbers(List<Integer> all) {
        static Numbers of(Integer... numbers) {
            return new Numbers(List.of(numbers));
        }
    }

    /** Gives up after some calls. */
    private static final class Patience implements Redelivery<Numbers> {
        private final int calls;
        private final List<String> gaveUp = Collections.synchronizedList(new ArrayList<>());

        Patience(int calls) {
            this.calls = calls;
        }

        @Override
        public List<Numbers> parts(Numbers payload) {
            return payload.all().stream().map(Numbers::of).toList();
        }

        @Override
        public Optional<Duration> delayAfter(int failures) {
            return failures < calls ? Optional.of(Duration.ofMillis(1)) : Optional.empty();
        }

        @Override
        public void gaveUp(Numbers part, int failures, Throwable thrown) {
            gaveUp.add(part.all() + " after " + failures);
        }
    }

    @AfterEach
    void stop() {
        events.close();
        executor.shutdownNow();
    }

    /** Hears each call, and throws on a batch that holds the number. */
    private void throwOn(int poison) {
        events.on(NUMBERS, numbers -> {
            heard.add(numbers.all().toString());
            if (numbers.all().contains(poison)) {
                throw new IllegalStateException("thrown on purpose");
            }
        });
    }

    @Test
    void givenListenerThatThrowsOnOneOfABatch_whenDelivered_thenTheOthersComeByThemselvesAndThatOneIsGivenUp()
            throws Exception {
        Patience patience = new Patience(3);
        throwOn(2);

        Reception reception =
                events.deliver(NUMBERS, Numbers.of(1, 2, 3), patience).get(10, SECONDS);

        assertThat(reception).isEqualTo(Reception.HEARD);
        assertThat(heard).containsExactly("[1, 2, 3]", "[1]", "[2]", "[2]", "[2]", "[3]");
        assertThat(patience.gaveUp).containsExactly("[2] after 3");
    }

    @Test
    void givenEventsBehindOneThatIsRepeated_whenDelivered_thenNoneOvertakesIt() throws Exception {
        Patience patience = new Patience(4);
        throwOn(1);

        CompletableFuture<Reception> first = events.deliver(NUMBERS, Numbers.of(1), patience);
        CompletableFuture<Reception> second = events.deliver(NUMBERS, Numbers.of(5), patience);

        CompletableFuture.allOf(first, second).get(10, SECONDS);
        assertThat(heard).containsExactly("[1]", "[1]", "[1]", "[1]", "[5]");
    }

    @Test
    void givenTwoListeners_whenOneThrows_thenOnlyItIsCalledAgain() throws Exception {
        List<String> other = Collections.synchronizedList(new ArrayList<>());
        throwOn(1);
        events.on(NUMBERS, numbers -> other.add(numbers.all().toString()));

        events.deliver(NUMBERS, Numbers.of(1), new Patience(2)).get(10, SECONDS);

        assertThat(heard).containsExactly("[1]", "[1]");
        assertThat(other).containsExactly("[1]");
    }

    @Test
    void givenNoPatience_whenAListenerThrowsOnABatch_thenAllOfItIsGivenUpAtOnce() throws Exception {
        Patience never = new Patience(1);
        throwOn(2);

        assertThat(events.deliver(NUMBERS, Numbers.of(1, 2), never).get(10, SECONDS))
                .isEqualTo(Reception.HEARD);

        assertThat(heard).containsExactly("[1, 2]");
        assertThat(never.gaveUp).containsExactly("[1] after 1", "[2] after 1");
    }

    @Test
    void givenOnceListenerThatThrows_whenDelivered_thenItIsNotCalledAgain() throws Exception {
        Patience patience = new Patience(3);
        events.once(NUMBERS, numbers -> {
            heard.add(numbers.all().toString());
            throw new IllegalStateException("thrown on purpose");
        });

        assertThat(events.deliver(NUMBERS, Numbers.of(1), patience).get(10, SECONDS))
                .isEqualTo(Reception.HEARD);

        assertThat(heard).containsExactly("[1]");
        assertThat(patience.gaveUp).containsExactly("[1] after 1");
    }

    @Test
    void givenBatchListenerThatThrows_whenDelivered_thenWhatMayBeRepeatedComesByItself() throws Exception {
        Patience patience = new Patience(2);
        events.process(batch -> {
            List<Integer> numbers = new ArrayList<>();
            for (Published<?> event : batch.events()) {
                numbers.addAll(((Numbers) event.payload()).all());
            }
            heard.add(numbers.toString());
            if (numbers.contains(2)) {
                throw new IllegalStateException("thrown on purpose");
            }
        });

        assertThat(events.deliver(NUMBERS, Numbers.of(1, 2), patience).get(10, SECONDS))
                .isEqualTo(Reception.HEARD);

        assertThat(heard).containsExactly("[1, 2]", "[1]", "[2]", "[2]");
        assertThat(patience.gaveUp).containsExactly("[2] after 2");
    }

    @Test
    void givenBusClosedWhileAListenerIsToBeCalledAgain_whenDelivered_thenItIsCutOffAndNothingIsGivenUp()
            throws Exception {
        List<String> gaveUp = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Void> threw = new CompletableFuture<>();
        events.on(NUMBERS, numbers -> {
            throw new IllegalStateException("thrown on purpose");
        });

        CompletableFuture<Reception> delivery = events.deliver(NUMBERS, Numbers.of(1), new Redelivery<>() {
            @Override
            public List<Numbers> parts(Numbers payload) {
                return List.of(payload);
            }

            @Override
            public Optional<Duration> delayAfter(int failures) {
                threw.complete(null);
                return Optional.of(Duration.ofHours(1));
            }

            @Override
            public void gaveUp(Numbers part, int failures, Throwable thrown) {
                gaveUp.add(part.toString());
            }
        });
        threw.get(10, SECONDS);
        events.close();

        assertThat(delivery.get(10, SECONDS)).isEqualTo(Reception.CUT_OFF);
        assertThat(gaveUp).isEmpty();
    }
}
