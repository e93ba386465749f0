package dev.waxwing.internal.address;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LidMappingsTest {

    private static final Jid PHONE = Jid.phone("15551230001");
    private static final Jid LID = Jid.lid("100000000000001");
    private static final Jid OTHER_PHONE = Jid.phone("15551230002");
    private static final Jid OTHER_LID = Jid.lid("100000000000002");

    private final AccountStore store = MemoryStore.create();
    private final LidMappings mappings = new LidMappings(store, new SignalSessions(store, new CredentialsStore(store)));

    @Test
    void givenAPairInEitherOrder_whenLearned_thenBothFormsLeadToEachOther() {
        assertThat(mappings.counterpart(PHONE)).isEmpty();

        assertThat(mappings.learn(LID.withDevice(3), PHONE.withDevice(3))).isTrue();
        assertThat(mappings.learn(PHONE, LID)).isFalse();

        assertThat(mappings.counterpart(PHONE.withDevice(7))).contains(LID);
        assertThat(mappings.counterpart(LID.withDevice(7))).contains(PHONE);
    }

    @Test
    void givenManyPairsSomeOfThemKnownOrNone_whenLearnedTogether_thenAllThatArePairsAreKnown() {
        mappings.learn(PHONE, OTHER_LID);
        Map<Jid, Jid> pairs = new LinkedHashMap<>();
        for (int i = 0; i < 250; i++) {
            pairs.put(Jid.lid("20000000000" + (1_000 + i)).withDevice(3), Jid.phone("1555200" + (1_000 + i)));
        }
        pairs.put(PHONE, LID);
        pairs.put(OTHER_PHONE, PHONE);

        mappings.learnAll(pairs);
        mappings.learnAll(pairs);

        assertThat(mappings.counterpart(Jid.lid("200000000001000"))).contains(Jid.phone("15552001000"));
        assertThat(mappings.counterpart(Jid.phone("15552001249"))).contains(Jid.lid("200000000001249"));
        assertThat(mappings.counterpart(PHONE)).contains(LID);
        assertThat(mappings.counterpart(OTHER_LID)).isEmpty();
        assertThat(mappings.counterpart(OTHER_PHONE)).isEmpty();
    }

    @Test
    void givenALearnedPair_whenTheStoreIsReadAnew_thenItIsStillThere() {
        mappings.learn(PHONE, LID);
        LidMappings reopened = new LidMappings(store, new SignalSessions(store, new CredentialsStore(store)));

        assertThat(reopened.counterpart(PHONE)).contains(LID);
        assertThat(reopened.counterpart(LID)).contains(PHONE);
        assertThat(reopened.learn(PHONE, LID)).isFalse();
    }

    @Test
    void givenAStoreReadAnew_whenAskedInsideATransaction_thenThePairIsFoundInIt() {
        mappings.learn(PHONE, LID);
        LidMappings reopened = new LidMappings(store, new SignalSessions(store, new CredentialsStore(store)));

        store.transact(tx -> {
            assertThat(reopened.counterpart(LID, tx)).contains(PHONE);
            assertThat(reopened.counterpart(OTHER_LID, tx)).isEmpty();
            assertThat(reopened.canonical(PHONE.withDevice(2), tx)).isEqualTo(LID.withDevice(2));
            assertThat(reopened.canonical(OTHER_PHONE, tx)).isEqualTo(OTHER_PHONE);
            return true;
        });
    }

    @Test
    void givenALidThatMovesToAnotherNumber_whenLearned_thenTheOldNumberIsNobodys() {
        mappings.learn(PHONE, LID);

        assertThat(mappings.learn(OTHER_PHONE, LID)).isTrue();

        for (LidMappings view : new LidMappings[] {
            mappings, new LidMappings(store, new SignalSessions(store, new CredentialsStore(store)))
        }) {
            assertThat(view.counterpart(LID)).contains(OTHER_PHONE);
            assertThat(view.counterpart(OTHER_PHONE)).contains(LID);
            assertThat(view.counterpart(PHONE)).isEmpty();
        }
    }

    @Test
    void givenANumberThatMovesToAnotherLid_whenLearned_thenTheOldLidIsNobodys() {
        mappings.learn(PHONE, LID);

        assertThat(mappings.learn(PHONE, OTHER_LID)).isTrue();

        for (LidMappings view : new LidMappings[] {
            mappings, new LidMappings(store, new SignalSessions(store, new CredentialsStore(store)))
        }) {
            assertThat(view.counterpart(PHONE)).contains(OTHER_LID);
            assertThat(view.counterpart(LID)).isEmpty();
        }
    }

    @Test
    void givenTwoPairsThatSwap_whenLearned_thenEachHasItsNewCounterpart() {
        mappings.learn(PHONE, LID);
        mappings.learn(OTHER_PHONE, OTHER_LID);

        mappings.learn(PHONE, OTHER_LID);
        mappings.learn(OTHER_PHONE, LID);

        for (LidMappings view : new LidMappings[] {
            mappings, new LidMappings(store, new SignalSessions(store, new CredentialsStore(store)))
        }) {
            assertThat(view.counterpart(PHONE)).contains(OTHER_LID);
            assertThat(view.counterpart(OTHER_PHONE)).contains(LID);
            assertThat(view.counterpart(LID)).contains(OTHER_PHONE);
            assertThat(view.counterpart(OTHER_LID)).contains(PHONE);
        }
    }

    @Test
    void givenAddressesOfAllForms_whenMadeCanonical_thenDeviceAndHostAreKept() {
        mappings.learn(PHONE, LID);
        Jid hosted = new Jid(PHONE.user(), JidServer.HOSTED, 99);
        Jid hostedLid = new Jid(LID.user(), JidServer.HOSTED_LID, 99);

        assertThat(mappings.canonical(PHONE.withDevice(5))).isEqualTo(LID.withDevice(5));
        assertThat(mappings.canonical(Jid.parse("15551230001:5@c.us"))).isEqualTo(LID.withDevice(5));
        assertThat(mappings.canonical(hosted)).isEqualTo(hostedLid);
        assertThat(mappings.canonical(hostedLid)).isEqualTo(hostedLid);
        assertThat(mappings.counterpart(hostedLid)).contains(hosted.withoutDevice());
        assertThat(mappings.canonical(LID.withDevice(5))).isEqualTo(LID.withDevice(5));
        assertThat(mappings.canonical(OTHER_PHONE.withDevice(5))).isEqualTo(OTHER_PHONE.withDevice(5));
        assertThat(mappings.canonical(Jid.group("120363000000000001"))).isEqualTo(Jid.group("120363000000000001"));
    }

    @Test
    void givenAddressesThatAreNoPair_whenLearned_thenNothingHappens() {
        assertThat(mappings.learn(PHONE, OTHER_PHONE)).isFalse();
        assertThat(mappings.learn(LID, OTHER_LID)).isFalse();
        assertThat(mappings.learn(PHONE, Jid.group("120363000000000001"))).isFalse();
        assertThat(mappings.learn(Jid.SERVER, LID)).isFalse();

        assertThat(mappings.counterpart(PHONE)).isEmpty();
        assertThat(mappings.counterpart(LID)).isEmpty();
    }
}
