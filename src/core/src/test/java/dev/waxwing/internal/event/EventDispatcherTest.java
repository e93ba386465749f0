package dev.waxwing.internal.event;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.CredsUpdate;
import dev.waxwing.event.EventBatch;
import dev.waxwing.event.EventKey;
import dev.waxwing.event.Events;
import dev.waxwing.event.Subscription;
import dev.waxwing.internal.threads.SystemTimer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventDispatcherTest {

    private static final EventKey<Integer> NUMBER = new EventKey<>("number", Integer.class);

    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final EventDispatcher events = new EventDispatcher(executor, new SystemTimer());

    @AfterEach
    void stop() {
        events.close();
        executor.shutdownNow();
    }

    @Test
    void givenManyEvents_whenPublished_thenEveryListenerSeesThemInOrder() throws Exception {
        List<Integer> first = Collections.synchronizedList(new ArrayList<>());
        List<Integer> second = Collections.synchronizedList(new ArrayList<>());
        events.on(NUMBER, first::add);
        events.on(NUMBER, second::add);

        CompletableFuture<?>[] done =
                IntStream.range(0, 500).mapToObj(i -> events.publish(NUMBER, i)).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(done).get(10, SECONDS);

        List<Integer> expected = IntStream.range(0, 500).boxed().toList();
        assertThat(first).isEqualTo(expected);
        assertThat(second).isEqualTo(expected);
    }

    @Test
    void givenBlockedListener_whenPublished_thenOthersStillHear() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Integer> heard = new CompletableFuture<>();
        events.on(NUMBER, number -> await(release));
        events.on(NUMBER, heard::complete);

        CompletableFuture<Void> done = events.publish(NUMBER, 7);

        assertThat(heard.get(10, SECONDS)).isEqualTo(7);
        assertThat(done).isNotDone();
        release.countDown();
        done.get(10, SECONDS);
    }

    @Test
    void givenThrowingListener_whenPublished_thenOthersHearAndThePublisherLearns() throws Exception {
        CompletableFuture<Integer> heard = new CompletableFuture<>();
        events.on(NUMBER, number -> {
            throw new IllegalStateException("listener's own fault");
        });
        events.on(NUMBER, heard::complete);

        CompletableFuture<Void> done = events.publish(NUMBER, 1);

        assertThat(heard.get(10, SECONDS)).isEqualTo(1);
        assertThatThrownBy(() -> done.get(10, SECONDS)).hasRootCauseMessage("listener's own fault");
    }

    @Test
    void givenOnce_whenPublishedTwice_thenHeardOnce() throws Exception {
        List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
        events.once(NUMBER, heard::add);

        events.publish(NUMBER, 1).get(10, SECONDS);
        events.publish(NUMBER, 2).get(10, SECONDS);

        assertThat(heard).containsExactly(1);
    }

    @Test
    void givenOffOrClosed_whenPublished_thenNothingIsHeard() throws Exception {
        List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
        Consumer<Integer> listener = heard::add;
        events.on(NUMBER, listener);
        Subscription other = events.on(NUMBER, heard::add);

        events.off(NUMBER, listener);
        other.close();
        events.publish(NUMBER, 1).get(10, SECONDS);

        assertThat(heard).isEmpty();
    }

    @Test
    void givenBusyBatchListener_whenEventsPileUp_thenTheNextBatchHoldsThemAllInOrder() throws Exception {
        CountDownLatch firstEntered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<EventBatch> batches = Collections.synchronizedList(new ArrayList<>());
        events.process(batch -> {
            batches.add(batch);
            firstEntered.countDown();
            await(release);
        });

        events.publish(NUMBER, 0);
        await(firstEntered);
        events.publish(NUMBER, 1);
        events.publish(Events.CREDS_UPDATE, CredsUpdate.builder().build());
        CompletableFuture<Void> last = events.publish(NUMBER, 2);
        release.countDown();
        last.get(10, SECONDS);

        assertThat(batches).hasSize(2);
        assertThat(batches.get(1).events()).hasSize(3);
        assertThat(batches.get(1).of(NUMBER)).containsExactly(1, 2);
        assertThat(batches.get(1).of(Events.CREDS_UPDATE)).hasSize(1);
    }

    @Test
    void givenSubscriberWithDemand_whenPublishedAndClosed_thenReceivesInOrderAndCompletes() throws Exception {
        Recorder recorder = new Recorder(Long.MAX_VALUE);
        events.publisher(NUMBER).subscribe(recorder);

        events.publish(NUMBER, 1);
        events.publish(NUMBER, 2);
        events.close();

        assertThat(recorder.end.get(10, SECONDS)).isEqualTo("complete");
        assertThat(recorder.received).containsExactly(1, 2);
    }

    @Test
    void givenSubscriberWithoutDemand_whenItLagsTooFar_thenItEndsWithAnErrorAndOthersGoOn() throws Exception {
        Recorder lagging = new Recorder(0);
        Recorder healthy = new Recorder(Long.MAX_VALUE);
        Flow.Publisher<Integer> numbers = events.publisher(NUMBER);
        numbers.subscribe(lagging);
        assertThat(lagging.subscribed.get(10, SECONDS)).isTrue();

        for (int i = 0; i <= 2 * EventPublisher.LAG_LIMIT; i++) {
            events.publish(NUMBER, i);
        }
        lagging.request(Long.MAX_VALUE);
        assertThat(lagging.end.get(10, SECONDS)).contains("lags");

        numbers.subscribe(healthy);
        events.publish(NUMBER, -1);
        events.close();
        assertThat(healthy.end.get(10, SECONDS)).isEqualTo("complete");
        assertThat(healthy.received).containsExactly(-1);
    }

    @Test
    void givenTheConstants_thenTheirNamesAreTheEcosystems() {
        assertThat(List.of(
                        Events.CONNECTION_UPDATE.name(),
                        Events.CREDS_UPDATE.name(),
                        Events.MESSAGES_UPSERT.name(),
                        Events.MESSAGES_UPDATE.name(),
                        Events.MESSAGE_RECEIPT_UPDATE.name()))
                .containsExactly(
                        "connection.update",
                        "creds.update",
                        "messages.upsert",
                        "messages.update",
                        "message-receipt.update");
        assertThat(ConnectionUpdate.of(ConnectionUpdate.State.OPEN).qr()).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Recorder implements Flow.Subscriber<Integer> {
        private final long demand;
        private final List<Integer> received = Collections.synchronizedList(new ArrayList<>());
        private final CompletableFuture<String> end = new CompletableFuture<>();
        private final CompletableFuture<Boolean> subscribed = new CompletableFuture<>();
        private Flow.Subscription subscription;

        Recorder(long demand) {
            this.demand = demand;
        }

        void request(long count) {
            subscription.request(count);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            if (demand > 0) {
                given.request(demand);
            }
            subscribed.complete(true);
        }

        @Override
        public void onNext(Integer item) {
            received.add(item);
        }

        @Override
        public void onError(Throwable throwable) {
            end.complete(String.valueOf(throwable.getMessage()));
        }

        @Override
        public void onComplete() {
            end.complete("complete");
        }
    }
}
