package dev.waxwing.internal.address;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** One person's messages keep their order under either address. */
class CanonicalOrderTest {

    private static final Jid PHONE = Jid.phone("15550001001");
    private static final Jid LID = Jid.lid("100000000000001");
    private static final Jid STRANGER = Jid.phone("15550001002");

    private final AccountStore store = MemoryStore.create();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Set<Jid> busy = new HashSet<>();
    private final List<String> handedOn = new ArrayList<>();

    CanonicalOrderTest() {
        people().learn(PHONE, LID);
    }

    /** With nothing in memory, as after a start. */
    private LidMappings people() {
        return new LidMappings(store, new SignalSessions(store, new CredentialsStore(store)));
    }

    @Test
    void givenAPairThatOnlyTheStoreKnows_whenAddressedAlternately_thenInOrderUnderOneAddress_B10() {
        CanonicalOrder order = new CanonicalOrder(people(), busy::contains, tasks::add);

        for (int i = 0; i < 6; i++) {
            give(order, i % 2 == 0 ? PHONE : LID, i);
        }
        assertThat(handedOn).as("the store is not read in the call").isEmpty();
        runAll();
        give(order, PHONE, 6);

        assertThat(handedOn)
                .containsExactly("0 " + LID, "1 " + LID, "2 " + LID, "3 " + LID, "4 " + LID, "5 " + LID, "6 " + LID);
    }

    @Test
    void givenWorkThatWaits_whenWorkOfOthersComes_thenItComesBehindAndUnderItsOwnAddress_B10() {
        CanonicalOrder order = new CanonicalOrder(people(), busy::contains, tasks::add);

        give(order, PHONE, 0);
        give(order, STRANGER, 1);
        give(order, LID, 2);
        runAll();

        assertThat(handedOn).containsExactly("0 " + LID, "1 " + STRANGER, "2 " + LID);
        assertThat(tasks).isEmpty();
    }

    @Test
    void givenWorkInTheLaneOfTheNumber_whenThePairIsLearned_thenThePersonStaysThereUntilItIsEmpty_B10() {
        CanonicalOrder order = new CanonicalOrder(people(), busy::contains, tasks::add);

        busy.add(PHONE);
        give(order, PHONE, 0);
        give(order, LID, 1);
        runAll();
        busy.remove(PHONE);
        give(order, PHONE, 2);
        runAll();

        assertThat(handedOn).containsExactly("0 " + PHONE, "1 " + PHONE, "2 " + LID);
    }

    @Test
    void givenAnExecutorThatTakesNothing_whenGivenWork_thenItIsHandedOnAsItIs() {
        CanonicalOrder order = new CanonicalOrder(people(), busy::contains, task -> {
            throw new RejectedExecutionException("closed");
        });

        give(order, PHONE, 0);

        assertThat(handedOn).containsExactly("0 " + PHONE);
    }

    private void give(CanonicalOrder order, Jid address, int number) {
        order.handOn(address, canonical -> handedOn.add(number + " " + canonical));
    }

    private void runAll() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }
}
