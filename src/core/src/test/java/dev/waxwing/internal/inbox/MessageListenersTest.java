package dev.waxwing.internal.inbox;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.event.Events;
import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.event.Subscription;
import dev.waxwing.internal.area.MessageOrigin;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.threads.SystemTimer;
import dev.waxwing.internal.trace.MessageTracer;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cursors of the inbox, each process of the account played by another object over the same store. */
class MessageListenersTest {

    private static final Jid ALICE = Jid.lid("1111");
    private static final int PATIENCE_SECONDS = 20;

    private final DamagedStore store = new DamagedStore(MemoryStore.create());
    private final MissingMessages missing = new MissingMessages(store);
    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private Running running = new Running();
    private int received;

    /** One process. */
    private final class Running {
        private final EventDispatcher events = new EventDispatcher(executor, new SystemTimer());
        private final MessageListeners listeners = new MessageListeners(
                new Inbox(store),
                events,
                new MessageTracer(events, false, new SystemTimer()),
                executor,
                executor,
                new SystemTimer(),
                failures -> Optional.empty());

        void stop() throws Exception {
            CompletableFuture<Void> heard = listeners.close();
            events.close();
            heard.get(PATIENCE_SECONDS, SECONDS);
        }
    }

    /** The batches a listener was called with. */
    private static final class Calls {
        private final BlockingQueue<List<String>> batches = new LinkedBlockingQueue<>();

        void add(MessagesUpsert batch) {
            batches.add(batch.messages().stream().map(WebMessage::text).toList());
        }

        List<String> next() throws InterruptedException {
            List<String> batch = batches.poll(PATIENCE_SECONDS, SECONDS);
            assertThat(batch).as("a call within %s s", PATIENCE_SECONDS).isNotNull();
            return batch;
        }
    }

    @AfterEach
    void stop() throws Exception {
        running.stop();
        executor.shutdown();
        assertThat(executor.awaitTermination(PATIENCE_SECONDS, SECONDS)).isTrue();
    }

    private void receive(String... texts) {
        receive(false, texts);
    }

    private void receive(boolean offline, String... texts) {
        store.transact(tx -> {
            Inbox.Appender inbox = new Inbox.Appender(tx, missing.found());
            for (String text : texts) {
                String id = "ID" + received++;
                MessageKey key = MessageKey.of(ALICE, false, id);
                Message message = Message.newBuilder().setConversation(text).build();
                inbox.toInbox(id, MessageOrigin.direct(ALICE), Inbox.entry(key, Instant.EPOCH, null, offline, message));
            }
            inbox.finish();
            return true;
        });
        running.listeners.wake();
    }

    private void restart() throws Exception {
        running.stop();
        running = new Running();
    }

    private List<String> entriesKept() {
        return store.transact(tx -> tx.keys(StoreTable.INBOX, "m/", "m0", 1000));
    }

    private Calls onBus() {
        Calls calls = new Calls();
        running.events.on(Events.MESSAGES_UPSERT, calls::add);
        return calls;
    }

    private Calls with(String cursor) {
        Calls calls = new Calls();
        running.listeners.listen(cursor, calls::add);
        return calls;
    }

    @Test
    void givenMessagesThatWait_whenSomebodyListens_thenTheyComeInOneBatchAndAreRemoved() throws Exception {
        receive("one", "two", "three");

        assertThat(onBus().next()).containsExactly("one", "two", "three");
        restart();

        assertThat(entriesKept()).isEmpty();
    }

    @Test
    void givenListenerAtWork_whenMoreArrives_thenItWaitsUntilTheBatchIsOnRecord() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        Calls calls = new Calls();
        running.events.on(Events.MESSAGES_UPSERT, batch -> {
            calls.add(batch);
            if (batch.messages().get(0).text().equals("one")) {
                inside.countDown();
                await(finish);
            } else {
                assertThat(entriesKept())
                        .as("rows when the next batch is in hand")
                        .hasSize(2);
            }
        });
        receive("one");
        await(inside);
        receive("two", "three");
        assertThat(calls.batches).as("called while it is at work").hasSize(1);
        finish.countDown();

        assertThat(calls.next()).containsExactly("one");
        assertThat(calls.next()).containsExactly("two", "three");
    }

    @Test
    void givenLiveMessagesBehindABacklog_whenHandedOut_thenTheyAreABatchOfTheirOwn() throws Exception {
        receive(true, "late one", "late two");
        receive("live");

        Calls calls = onBus();

        assertThat(calls.next()).containsExactly("late one", "late two");
        assertThat(calls.next()).containsExactly("live");
    }

    @Test
    void givenMoreThanABatch_whenHandedOut_thenAllComeInOrder() throws Exception {
        String[] texts = new String[InboxBatch.MOST + 6];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = "text " + i;
        }
        receive(texts);

        Calls calls = onBus();

        assertThat(calls.next()).containsExactly(Arrays.copyOf(texts, InboxBatch.MOST));
        assertThat(calls.next()).containsExactly(Arrays.copyOfRange(texts, InboxBatch.MOST, texts.length));
    }

    @Test
    void givenCursorWhoseListenerIsAway_whenOthersHaveHadTheMessages_thenItGetsThemWhenItComesBack() throws Exception {
        Calls bus = onBus();
        Subscription crm = running.listeners.listen("crm", batch -> {});
        receive("one");
        assertThat(bus.next()).containsExactly("one");
        crm.close();
        receive("two");
        assertThat(bus.next()).containsExactly("two");
        restart();
        bus = onBus();
        receive("three");
        assertThat(bus.next()).containsExactly("three");

        Calls back = with("crm");
        List<String> heard = new ArrayList<>(back.next());
        while (!heard.contains("three")) {
            heard.addAll(back.next());
        }

        assertThat(heard).endsWith("two", "three");
        restart();
        assertThat(entriesKept()).as("rows that every cursor has passed").isEmpty();
    }

    @Test
    void givenFirstCursor_whenItListens_thenItGetsWhatWaitedAndALaterOneOnlyWhatFollows() throws Exception {
        receive("early");

        Calls first = with("first");
        assertThat(first.next()).containsExactly("early");
        Calls second = with("second");
        receive("late");

        assertThat(second.next()).containsExactly("late");
        assertThat(first.next()).containsExactly("late");
    }

    @Test
    void givenForgottenCursor_whenOthersHavePassed_thenNothingIsKeptForIt() throws Exception {
        Calls bus = onBus();
        running.listeners.listen("crm", batch -> {}).close();
        receive("one");
        bus.next();
        receive("two");
        bus.next();
        restart();
        assertThat(entriesKept()).isNotEmpty();

        assertThat(running.listeners.forget("crm")).isTrue();

        assertThat(entriesKept()).isEmpty();
        assertThat(running.listeners.forget("crm")).isFalse();
    }

    @Test
    void givenCursorInUse_whenAnotherWantsIt_thenItIsRefusedUntilTheFirstHasClosed() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        Subscription first = running.listeners.listen("crm", batch -> {
            inside.countDown();
            await(finish);
        });
        assertThatThrownBy(() -> with("crm")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> running.listeners.forget("crm")).isInstanceOf(IllegalStateException.class);
        receive("one");
        await(inside);

        first.close();
        Calls second = with("crm");
        receive("two");
        finish.countDown();

        assertThat(second.next())
                .as("what the first has in hand is not for the second")
                .containsExactly("two");
    }

    @Test
    void givenNoName_whenUsedAsCursor_thenTheCallItselfRefuses() {
        for (String wrong : List.of("", "two words", "a/b", "x".repeat(65), "caf\u00e9")) {
            assertThatThrownBy(() -> with(wrong))
                    .as("cursor '%s'", wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cursor");
        }
    }

    @Test
    void givenDamagedEntry_whenHandedOut_thenItIsPassedOverAndStaysAndTheOthersCome() throws Exception {
        receive("one");
        store.transact(tx -> {
            List<StoreEntry> rows = tx.scanPrefix(StoreTable.INBOX, "m/", 10);
            tx.put(StoreTable.INBOX, rows.get(0).key(), new byte[] {-1, -1});
            return true;
        });
        receive("two");

        assertThat(onBus().next()).containsExactly("two");
        restart();

        assertThat(entriesKept()).hasSize(1);
    }

    @Test
    void givenEntryThatDoesNotOpen_whenHandedOut_thenItIsPassedOverAndStaysAndTheOthersCome() throws Exception {
        receive("one", "two", "three");
        store.damage(StoreTable.INBOX, entriesKept().get(1));

        assertThat(onBus().next()).containsExactly("one", "three");
        restart();

        assertThat(entriesKept()).hasSize(1);
    }

    @Test
    void givenEntryThatDoesNotOpen_whenEveryCursorHasPassedIt_thenItIsRemovedAsTheOthersAre() throws Exception {
        Calls bus = onBus();
        running.listeners.listen("crm", batch -> {}).close();
        receive("one", "two");
        bus.next();
        restart();
        store.damage(StoreTable.INBOX, entriesKept().get(0));

        assertThat(running.listeners.forget("crm")).isTrue();

        assertThat(entriesKept()).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE_SECONDS, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
