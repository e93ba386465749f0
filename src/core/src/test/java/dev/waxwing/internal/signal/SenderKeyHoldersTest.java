package dev.waxwing.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.signal.SenderKeyHolders.Holder;
import dev.waxwing.internal.signal.SenderKeyHolders.Known;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SenderKeyHoldersTest {

    private static final Jid GROUP = Jid.group("120363000000000001");
    private static final Jid PHONE = Jid.lid("100000000000002");
    private static final Jid LAPTOP = PHONE.withDevice(7);
    private static final Jid CAROL = Jid.phone("15551230003");
    private static final Instant NOW = Instant.ofEpochSecond(1_760_000_000);
    private static final Holder GIVEN = new Holder(true, true, NOW);
    private static final Holder NEVER = new Holder(false, false, NOW);

    private final AccountStore store = MemoryStore.create();

    @AfterEach
    void close() {
        store.close();
    }

    private <T> T in(Function<SenderKeyHolders, T> work) {
        return store.transact(tx -> work.apply(SenderKeyHolders.in(tx)));
    }

    private void write(long version, Map<Jid, Holder> devices) {
        in(holders -> {
            holders.write(GROUP, version, devices);
            return true;
        });
    }

    private void identityChanged(String name) {
        store.transact(tx -> {
            SenderKeyHolders.identityChanged(tx, name);
            return true;
        });
    }

    private boolean isCurrent(long version, long changes) {
        return in(holders -> holders.isCurrent(GROUP, version, changes));
    }

    private Known read() {
        return in(holders -> holders.read(GROUP));
    }

    @Test
    void givenAList_whenRead_thenItIsTheSameInItsOrder() {
        Map<Jid, Holder> devices = new LinkedHashMap<>();
        devices.put(PHONE, GIVEN);
        devices.put(LAPTOP, NEVER);
        devices.put(CAROL, new Holder(false, true, NOW.plusSeconds(5)));
        write(42, devices);

        Known known = read();

        assertThat(known.version()).isEqualTo(42);
        assertThat(known.identityChanged()).isFalse();
        assertThat(known.devices()).containsExactlyEntriesOf(devices);
    }

    @Test
    void givenNoList_whenRead_thenItIsEmptyAndNoVersionOfItIsCurrent() {
        assertThat(read().devices()).isEmpty();
        assertThat(read().version()).isEqualTo(SenderKeyHolders.NONE);
        assertThat(isCurrent(42, 0)).isFalse();
    }

    @Test
    void givenAnIdentityThatChanges_whenTheGroupIsLookedAt_thenItIsNotCurrentAndTellsWhetherItIsConcerned() {
        write(42, Map.of(LAPTOP, GIVEN));
        assertThat(isCurrent(42, 0)).isTrue();

        identityChanged(SignalAddress.nameOf(CAROL));
        assertThat(isCurrent(42, 0)).isFalse();
        assertThat(read().identityChanged()).isFalse();

        identityChanged(SignalAddress.nameOf(LAPTOP));
        assertThat(read().identityChanged()).isTrue();

        write(43, Map.of(LAPTOP, GIVEN));
        assertThat(read().identityChanged()).isFalse();
        assertThat(isCurrent(43, 2)).isTrue();
    }

    @Test
    void givenAGroupTooFarBehindTheLog_whenRead_thenItCountsAsConcerned() {
        write(42, Map.of(LAPTOP, GIVEN));
        for (int i = 0; i <= SenderKeyHolders.LOGGED; i++) {
            identityChanged("somebody" + i);
        }

        assertThat(read().identityChanged()).isTrue();
        int logged = store.transact(
                tx -> tx.keys(SenderKeyHolders.TABLE, "c/", "c0", 5_000).size());
        assertThat(logged).isEqualTo(SenderKeyHolders.LOGGED);
    }

    @Test
    void givenADeviceThatLostItsKey_whenNoted_thenItLacksItAndStillCountsAsOneThatHadIt() {
        write(42, Map.of(LAPTOP, GIVEN));

        in(holders -> {
            holders.note(GROUP, 43, LAPTOP, false, NOW);
            holders.note(GROUP, 44, CAROL, false, NOW);
            return true;
        });

        assertThat(read().version()).isEqualTo(43);
        assertThat(read().devices()).isEqualTo(Map.of(LAPTOP, new Holder(false, true, NOW)));
    }

    @Test
    void givenAMessageThatNeverArrived_whenNoted_thenNobodyCountsAsHavingTheKey() {
        write(42, Map.of(LAPTOP, GIVEN, CAROL, NEVER));

        in(holders -> {
            holders.noteLost(GROUP, 43);
            return true;
        });

        assertThat(read().devices()).isEqualTo(Map.of(LAPTOP, new Holder(false, true, NOW), CAROL, NEVER));
    }
}
