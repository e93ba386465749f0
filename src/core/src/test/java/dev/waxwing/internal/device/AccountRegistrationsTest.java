package dev.waxwing.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.waxwing.internal.account.AdvSignatures;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.KeyIndexList;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.adv.ADVKeyIndexList;
import dev.waxwing.proto.adv.ADVSignedKeyIndexList;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AccountRegistrationsTest {

    private static final Jid BOB = Jid.phone("15551230002");
    private static final Jid BOB_LID = Jid.lid("200000000000002");
    private static final Jid ME = Jid.phone("15551230001");

    private final MemoryStore store = MemoryStore.create();
    private final CredentialsStore credentials = new CredentialsStore(store);
    private final SignalSessions sessions = new SignalSessions(store, credentials);
    private final LidMappings lids = new LidMappings(store, sessions);
    private final List<Jid> anew = new ArrayList<>();
    private final AccountRegistrations registrations =
            new AccountRegistrations(() -> credentials.loadOrCreate().self(), lids, news -> anew.add(news.address()));
    private final KeyPair phone = Curve25519.generate();
    private final KeyPair newPhone = Curve25519.generate();

    @BeforeEach
    void haveCredentials() {
        credentials.loadOrCreate();
        credentials.update(own -> own.toBuilder().me(ME.withDevice(9)).build());
    }

    @Test
    void givenTheSameRegistration_whenListsComeAgain_thenSessionsStay() {
        know(BOB, phone);
        see(BOB, phone, 7, 100);
        see(BOB, phone, 7, 100);
        see(BOB, phone, 7, 200);

        assertThat(hasSession("15551230002.3")).isTrue();
        assertThat(anew).isEmpty();
    }

    @Test
    void givenAnotherRegistration_whenItsListComes_thenSessionsAndIdentitiesGoAndItIsReportedOnce() {
        know(BOB, phone);
        see(BOB, phone, 7, 100);

        see(BOB, newPhone, 8, 200);
        assertThat(hasSession("15551230002.0")).isFalse();
        assertThat(hasSession("15551230002.3")).isFalse();
        assertThat(hasIdentity("15551230002.0")).isFalse();
        know(BOB, newPhone);
        see(BOB, newPhone, 8, 200);
        see(BOB, newPhone, 8, 300);

        assertThat(anew).containsExactly(BOB);
        assertThat(hasSession("15551230002.3")).isTrue();
    }

    @Test
    void givenANewIdentityThatIsKnownAlready_whenTheListOfItsRegistrationComes_thenItsSessionsStay() {
        know(BOB, phone);
        see(BOB, phone, 7, 100);
        know(BOB, newPhone);

        see(BOB, newPhone, 8, 200);

        assertThat(hasSession("15551230002.0")).isTrue();
        assertThat(anew).isEmpty();
    }

    @Test
    void givenAnOlderList_whenItComesAgain_thenNothingChanges() {
        know(BOB, newPhone);
        see(BOB, newPhone, 8, 200);

        see(BOB, phone, 7, 100);

        assertThat(hasSession("15551230002.0")).isTrue();
        assertThat(anew).isEmpty();
    }

    @Test
    void givenAListSignedBySomebodyElse_whenItComes_thenItIsUsedAsAnUnsignedOne() {
        know(BOB, phone);
        see(BOB, newPhone, 7, 100);
        assertThat(hasSession("15551230002.0")).isTrue();

        see(BOB, newPhone, 8, 200);

        assertThat(anew).containsExactly(BOB);
    }

    @Test
    void givenARegistrationKnownByNumber_whenTheLidWasLearnedSince_thenItIsStillKnown() {
        know(BOB, phone);
        see(BOB, phone, 7, 100);
        lids.learn(BOB, BOB_LID);

        see(BOB, newPhone, 8, 200);

        assertThat(anew).containsExactly(BOB_LID);
        assertThat(hasSession("200000000000002_1.3")).isFalse();
    }

    @Test
    void givenTheOwnAccount_whenItsRegistrationChanges_thenNothingIsDropped() {
        know(ME, phone);
        see(ME, phone, 7, 100);

        see(ME, newPhone, 8, 200);

        assertThat(hasSession("15551230001.3")).isTrue();
        assertThat(anew).isEmpty();
    }

    @Test
    void givenManyPeople_whenTheirListsCome_thenAllAreLookedAt() {
        Map<Jid, Optional<KeyIndexList>> first = new LinkedHashMap<>();
        Map<Jid, Optional<KeyIndexList>> second = new LinkedHashMap<>();
        for (int i = 0; i < 250; i++) {
            Jid person = Jid.lid("3000000000" + (10_000 + i));
            first.put(person, Optional.of(list(phone, 7, 100)));
            second.put(person, Optional.of(list(phone, i % 125 == 124 ? 8 : 7, 200)));
        }

        registrations.seen(first);
        registrations.seen(second);

        assertThat(anew).containsExactly(Jid.lid("300000000010124"), Jid.lid("300000000010249"));
    }

    @Test
    void givenNoRawIdOrNoList_whenSeen_thenNothingHappens() {
        assertThat(ListedDevice.listIn(null)).isEmpty();
        assertThat(ListedDevice.listIn(Node.builder("key-index-list")
                        .bytes(new byte[] {1, 2, 3})
                        .build()))
                .isEmpty();
        KeyIndexList bare = ListedDevice.listIn(Node.builder("key-index-list")
                        .bytes(ADVSignedKeyIndexList.newBuilder()
                                .setDetails(ByteString.EMPTY)
                                .build()
                                .toByteArray())
                        .build())
                .orElseGet(() -> list(phone, 7, 1));

        registrations.seen(BOB, Optional.of(bare));

        assertThat(anew).isEmpty();
    }

    private void see(Jid person, KeyPair signer, int rawId, long timestamp) {
        registrations.seen(person, Optional.of(list(signer, rawId, timestamp)));
    }

    private static KeyIndexList list(KeyPair signer, int rawId, long timestamp) {
        byte[] details = ADVKeyIndexList.newBuilder()
                .setRawID(rawId)
                .setTimestamp(timestamp)
                .setCurrentIndex(3)
                .addValidIndexes(3)
                .build()
                .toByteArray();
        byte[] signed = ADVSignedKeyIndexList.newBuilder()
                .setDetails(ByteString.copyFrom(details))
                .setAccountSignature(ByteString.copyFrom(AdvSignatures.signKeyIndexList(signer.privateKey(), details)))
                .build()
                .toByteArray();
        return ListedDevice.listIn(Node.builder("key-index-list").bytes(signed).build())
                .orElseThrow();
    }

    private void know(Jid user, KeyPair identity) {
        sessions.inTransaction(List.of(user), signal -> {
            signal.saveIdentity(user, identity.publicKey());
            signal.store().put(StoreTable.SESSIONS, user.user() + ".0", new byte[] {1});
            signal.store().put(StoreTable.SESSIONS, user.user() + ".3", new byte[] {1});
            return true;
        });
    }

    private boolean hasSession(String key) {
        return store.transact(tx -> tx.get(StoreTable.SESSIONS, key) != null);
    }

    private boolean hasIdentity(String key) {
        return store.transact(tx -> tx.get(StoreTable.IDENTITIES, key) != null);
    }
}
