package dev.waxwing.internal.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.outbox.AcknowledgedRows.Acknowledged;
import dev.waxwing.internal.threads.ManualTimer;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.store.MemoryStore;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When messages are told of that the server has, and when their rows go. */
final class AcknowledgedRowsTest {

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final List<String> events = new ArrayList<>();
    private final AcknowledgedRows rows = new AcknowledgedRows(
            MemoryStore.create(),
            tasks::add,
            new ManualTimer(),
            1_000,
            told -> told.forEach(done -> events.add("told " + done.entry().id())),
            gone -> gone.forEach(done -> events.add("gone " + done.entry().id())));

    private static Acknowledged acknowledged(String id) {
        MessageKey key = MessageKey.builder(Jid.phone("15551230002"), true, id).build();
        return new Acknowledged(
                new PendingMessage(new OutboxRows.QueuedMessage(key, "row-" + id, false)), 0, Instant.EPOCH);
    }

    /** Threads that come to their tasks in the order that is least expected. */
    private void runLastFirst() {
        for (Runnable task = tasks.pollLast(); task != null; task = tasks.pollLast()) {
            task.run();
        }
    }

    @Test
    void givenManyAcknowledgements_whenThreadsRunInAnyOrder_thenEachIsToldBeforeItsRowGoes() {
        for (int i = 0; i < 64; i++) {
            rows.remove(acknowledged("M" + i));
        }

        runLastFirst();

        assertThat(events).hasSize(128);
        for (int i = 0; i < 64; i++) {
            assertThat(events.indexOf("told M" + i)).isNotNegative().isLessThan(events.indexOf("gone M" + i));
        }
    }
}
