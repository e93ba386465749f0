package dev.waxwing.internal.sync.appstate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.waxwing.error.OutboxFullException;
import dev.waxwing.internal.sync.appstate.PendingChanges.Change;
import dev.waxwing.internal.sync.syncd.CollectionState;
import dev.waxwing.internal.sync.syncd.StateAction;
import dev.waxwing.internal.sync.syncd.StateCollection;
import dev.waxwing.internal.sync.syncd.StateUpdate;
import dev.waxwing.proto.syncaction.PinAction;
import dev.waxwing.proto.syncaction.SyncActionValue;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What waits for the server, and who waits for it. */
class PendingChangesTest {

    private static final StateCollection LOW = StateCollection.REGULAR_LOW;
    private static final StateCollection HIGH = StateCollection.REGULAR_HIGH;

    private final AccountStore store = MemoryStore.create();
    private final PendingChanges pending = new PendingChanges();

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void givenChangesOfTwoCollections_whenAdded_thenEachFindsItsOwnInOrder() {
        add(LOW, action("a", 1), action("b", 2));
        add(HIGH, action("c", 3));

        assertThat(next(LOW)).extracting(change -> change.action().part(1)).containsExactly("a", "b");
        assertThat(store.transact(pending::collections)).containsExactly(HIGH, LOW);
    }

    @Test
    void givenSeveralChangesOfOneIndex_whenTheyGoOut_thenOnlyTheLastDoes() {
        add(LOW, action("a", 1));
        add(LOW, action("b", 2));
        add(LOW, action("a", 3));

        assertThat(PendingChanges.lastOfEach(next(LOW))).containsExactly(action("b", 2), action("a", 3));
    }

    @Test
    void givenTooManyChanges_whenAnotherIsMade_thenItIsRefusedAndNoneIsLost() {
        StateAction[] all = IntStream.range(0, PendingChanges.MOST)
                .mapToObj(i -> action("a" + i, i))
                .toArray(StateAction[]::new);
        add(LOW, all);

        assertThatExceptionOfType(OutboxFullException.class).isThrownBy(() -> add(LOW, action("x", 0)));
        assertThat(next(LOW)).hasSize(100).first().extracting(Change::action).isEqualTo(all[0]);
    }

    @Test
    void givenAChangeThatTheServerHad_whenItComesBack_thenItIsDone() {
        List<String> rows = add(LOW, action("a", 1), action("b", 2));
        CompletableFuture<Void> made = pending.await(rows);
        StateUpdate.Applied both = applied(action("a", 1), action("b", 2));

        List<String> taken = store.transact(tx -> pending.takeBack(LOW, both, tx));
        pending.done(taken);

        assertThat(taken).isEqualTo(rows);
        assertThat(made).isCompleted();
        assertThat(next(LOW)).isEmpty();
    }

    @Test
    void givenAnotherChangeOfTheSameThing_whenItComes_thenTheOwnOneStillWaits() {
        add(LOW, action("a", 2));

        List<String> taken = store.transact(tx -> pending.takeBack(LOW, applied(action("a", 1)), tx));

        assertThat(taken).isEmpty();
        assertThat(next(LOW)).hasSize(1);
    }

    @Test
    void givenTheEnd_whenItComes_thenNobodyWaitsAndTheRowsStay() {
        CompletableFuture<Void> made = pending.await(add(LOW, action("a", 1)));
        pending.end(new IllegalStateException("over"));

        assertThat(made).isCompletedExceptionally();
        assertThat(pending.await(List.of("2"))).isCompletedExceptionally();
        assertThat(next(LOW)).hasSize(1);
    }

    @Test
    void givenARowThatIsDamaged_whenRead_thenItGoesAndTheOthersStay() {
        store.transact(tx -> {
            tx.put(PendingChanges.TABLE, "0000000000000000001", new byte[] {1, 2, 3});
            return true;
        });
        add(LOW, action("a", 1));

        assertThat(next(LOW)).hasSize(1);
        assertThat(next(LOW)).hasSize(1);
    }

    private List<String> add(StateCollection collection, StateAction... actions) {
        return store.transact(tx -> pending.add(collection, List.of(actions), tx));
    }

    private List<Change> next(StateCollection collection) {
        return store.transact(tx -> pending.next(collection, tx));
    }

    private static StateUpdate.Applied applied(StateAction... actions) {
        return new StateUpdate.Applied(
                CollectionState.NEW,
                List.of(actions),
                List.of(actions).stream().map(StateAction::encode).toList());
    }

    private static StateAction action(String chat, long timestamp) {
        return new StateAction(
                List.of("pin_v1", chat),
                SyncActionValue.newBuilder()
                        .setTimestamp(timestamp)
                        .setPinAction(PinAction.newBuilder().setPinned(true))
                        .build(),
                5,
                false);
    }
}
