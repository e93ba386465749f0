package dev.waxwing.internal.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.internal.signal.Party;
import dev.waxwing.internal.signal.Stores;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.storage.CredentialsRecord;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Stores.Kind.class)
final class CredentialsStoreTest {

    @Parameter
    private Stores.Kind kind;

    @TempDir
    private Path folder;

    private Stores stores;
    private AccountStore store;
    private CredentialsStore credentials;

    @BeforeEach
    void open() {
        stores = new Stores(kind, folder);
        store = stores.open();
        credentials = new CredentialsStore(store);
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void givenEmptyStore_whenLoaded_thenNoneAndMadeOnlyOnce() {
        assertThat(credentials.load()).isEmpty();

        Credentials made = credentials.loadOrCreate();

        assertThat(made.isLinked()).isFalse();
        assertThat(made.registrationId()).isBetween(1, Credentials.MAX_REGISTRATION_ID);
        assertThat(made.advSecret()).hasSize(32);
        assertThat(made.signedPreKey().id()).isEqualTo(1);
        assertThat(Curve25519.verify(
                        made.identityKey().publicKey(),
                        PublicKeys.typed(made.signedPreKey().keyPair().publicKey()),
                        made.signedPreKey().signature()))
                .isTrue();
        assertSame(new CredentialsStore(store).loadOrCreate(), made);
    }

    @Test
    void givenAllFieldsSet_whenStoredAndLoaded_thenAllAreThere() {
        credentials.loadOrCreate();

        Credentials changed = credentials.update(own -> own.toBuilder()
                .advSecret(new byte[32])
                .signedPreKey(SignedPreKey.create(9, own.identityKey()))
                .me(Jid.parse("15551230001:12@s.whatsapp.net"))
                .lid(Jid.parse("100000000000001:12@lid"))
                .account(new byte[] {1, 2})
                .pushName("Ann")
                .platform("android")
                .businessName("Shop")
                .routingInfo(new byte[] {3})
                .serverCertChain(new byte[] {4, 5})
                .nextPreKeyId(40)
                .firstUnuploadedPreKeyId(31)
                .build());

        Credentials loaded = new CredentialsStore(store).load().orElseThrow();
        assertSame(loaded, changed);
        assertThat(loaded.isLinked()).isTrue();
        assertThat(loaded.me()).contains(Jid.parse("15551230001:12@s.whatsapp.net"));
        assertThat(loaded.lid()).contains(Jid.parse("100000000000001:12@lid"));
        assertThat(loaded.account()).contains(new byte[] {1, 2});
        assertThat(loaded.pushName()).contains("Ann");
        assertThat(loaded.platform()).contains("android");
        assertThat(loaded.businessName()).contains("Shop");
        assertThat(loaded.routingInfo()).contains(new byte[] {3});
        assertThat(loaded.serverCertChain()).contains(new byte[] {4, 5});
        assertThat(loaded.nextPreKeyId()).isEqualTo(40);
        assertThat(loaded.firstUnuploadedPreKeyId()).isEqualTo(31);
    }

    private static void assertSame(Credentials one, Credentials other) {
        assertThat(CredentialsCodec.toRecord(one)).isEqualTo(CredentialsCodec.toRecord(other));
    }

    @Test
    void givenChangeRolledBack_whenLoaded_thenTheOldOnes() {
        credentials.loadOrCreate();

        assertThatThrownBy(() -> store.transact(tx -> {
                    credentials.update(
                            tx, own -> own.toBuilder().pushName("Ann").build());
                    assertThat(credentials.load(tx).orElseThrow().pushName()).contains("Ann");
                    throw new IllegalStateException("stop");
                }))
                .hasMessage("stop");

        assertThat(credentials.load().orElseThrow().pushName()).isEmpty();
    }

    @Test
    void givenNone_whenUpdated_thenRefused() {
        assertThatIllegalStateException().isThrownBy(() -> credentials.update(own -> own));
        assertThat(credentials.load()).isEmpty();
    }

    @Test
    void givenDamagedBytes_whenLoaded_thenFailsAndNothingIsMadeAnew() throws Exception {
        credentials.loadOrCreate();
        byte[] stored = store.transact(tx -> tx.get(StoreTable.CREDENTIALS, "current"));
        CredentialsRecord record = CredentialsRecord.parseFrom(stored);
        byte[] flipped = record.getIdentityPrivate().toByteArray();
        flipped[5] ^= 1;

        List<byte[]> damaged = List.of(
                new byte[0],
                new byte[] {1, 2, 3},
                Arrays.copyOf(stored, stored.length / 2),
                record.toBuilder().clearAdvSecret().build().toByteArray(),
                record.toBuilder().setMe("nobody").build().toByteArray(),
                record.toBuilder().clearNextPreKeyId().build().toByteArray(),
                record.toBuilder()
                        .setIdentityPrivate(ByteString.copyFrom(flipped))
                        .build()
                        .toByteArray());
        for (byte[] bytes : damaged) {
            store.transact(tx -> {
                tx.put(StoreTable.CREDENTIALS, "current", bytes);
                return true;
            });
            assertThatThrownBy(credentials::load).isInstanceOf(StoreFailedException.class);
            assertThatThrownBy(credentials::loadOrCreate).isInstanceOf(StoreFailedException.class);
            assertThat(store.<byte[]>transact(tx -> tx.get(StoreTable.CREDENTIALS, "current")))
                    .isEqualTo(bytes);
        }
    }

    @Test
    void givenArchived_whenLoaded_thenNoneAndNothingIsLost() throws Exception {
        Party party = new Party("15551230001@s.whatsapp.net", store);
        Party peer = new Party("15551230002@s.whatsapp.net", stores.open());
        party.preKeys.unuploaded(3);
        party.greet(peer);
        Credentials first = credentials.loadOrCreate();

        credentials.archive("device_removed");

        assertThat(credentials.load()).isEmpty();
        assertThat(party.sessions.hasSession(peer.jid)).isFalse();
        byte[] archived = store.transact(tx -> tx.get(StoreTable.CREDENTIALS, "archived/1"));
        assertSame(CredentialsCodec.parse(archived), first);
        assertThat(CredentialsRecord.parseFrom(archived).getArchiveReason()).isEqualTo("device_removed");
        store.transact(tx -> {
            assertThat(tx.get(StoreTable.SESSIONS, "archived/1/15551230002.0")).isNotNull();
            assertThat(tx.get(StoreTable.IDENTITIES, "archived/1/15551230002.0"))
                    .isNotNull();
            assertThat(tx.scanPrefix(StoreTable.PRE_KEYS, "archived/1/", 10)).hasSize(3);
            assertThat(tx.scan(StoreTable.PRE_KEYS, "", null, 10)).hasSize(3);
            return true;
        });
    }

    @Test
    void givenArchivedTwice_whenLookedAt_thenBothAreThere() {
        Credentials first = credentials.loadOrCreate();
        credentials.archive("logout");
        Credentials second = credentials.loadOrCreate();
        credentials.archive("logout");
        credentials.archive("nothing there");

        store.transact(tx -> {
            assertSame(CredentialsCodec.parse(tx.get(StoreTable.CREDENTIALS, "archived/1")), first);
            assertSame(CredentialsCodec.parse(tx.get(StoreTable.CREDENTIALS, "archived/2")), second);
            assertThat(tx.get(StoreTable.CREDENTIALS, "archived/3")).isNull();
            return true;
        });
    }

    @Test
    void givenSecrets_whenPrinted_thenNoneShows() {
        Credentials made = credentials.loadOrCreate().toBuilder()
                .me(Jid.parse("15551230001:12@s.whatsapp.net"))
                .build();

        assertThat(made.toString()).isEqualTo("Credentials[linked]");
        assertThat(made.signedPreKey().toString()).isEqualTo("SignedPreKey[1]");
        assertThat(made.noiseKey().toString())
                .doesNotContain(HexFormat.of().formatHex(made.noiseKey().privateKey()));
    }

    @Test
    void givenWrongValues_whenBuilt_thenRefused() {
        Credentials made = Credentials.create();

        assertThatIllegalArgumentException().isThrownBy(() -> made.toBuilder().advSecret(new byte[31]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> made.toBuilder().nextPreKeyId(0).build());
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> made.toBuilder().nextPreKeyId(PreKey.MAX_ID + 2).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> made.toBuilder().firstUnuploadedPreKeyId(2).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.builder(
                        made.noiseKey(), made.identityKey(), made.signedPreKey(), 0, made.advSecret()));
        assertThatIllegalArgumentException().isThrownBy(() -> SignedPreKey.create(0, made.identityKey()));
    }
}
