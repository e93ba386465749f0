package dev.waxwing.internal.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.internal.signal.Party;
import dev.waxwing.internal.signal.Stores;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.store.StoreTable;
import dev.waxwing.vectors.Vectors;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Stores.Kind.class)
final class PreKeysTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_760_000_000);

    private static final JsonNode VECTORS = Vectors.load("signal-prekeys.json");

    @Parameter
    private Stores.Kind kind;

    @TempDir
    private Path folder;

    private Stores stores;
    private Party party;

    @BeforeEach
    void open() {
        stores = new Stores(kind, folder);
        party = new Party("15551230001@s.whatsapp.net", stores.open());
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void givenFreshAccount_whenKeysAreAsked_thenIdsCountFromOneAndTheKeysArePersisted() {
        List<PreKey> keys = party.preKeys.unuploaded(812);

        assertThat(keys).hasSize(812);
        assertThat(keys.get(0).id()).isEqualTo(1);
        assertThat(keys.get(811).id()).isEqualTo(812);
        assertThat(party.credentials.loadOrCreate().nextPreKeyId()).isEqualTo(813);
        PreKeys reopened = new PreKeys(party.store, new CredentialsStore(party.store));
        assertThat(reopened.unuploaded(812)).isEqualTo(keys);
    }

    @Test
    void givenKeysNotConfirmed_whenMoreAreAsked_thenTheyAreOfferedAgainFirst() {
        List<PreKey> first = party.preKeys.unuploaded(3);

        List<PreKey> more = party.preKeys.unuploaded(5);

        assertThat(more).startsWith(first.toArray(PreKey[]::new)).hasSize(5);
        assertThat(party.preKeys.unuploaded(0)).isEqualTo(more);
    }

    @Test
    void givenKeysConfirmed_whenMoreAreAsked_thenNoneOfThemAndNoIdAgain() {
        party.preKeys.unuploaded(5);
        party.preKeys.markUploaded(3);
        party.preKeys.markUploaded(2);

        assertThat(party.preKeys.unuploaded(3)).extracting(PreKey::id).containsExactly(4, 5, 6);
        assertThat(party.credentials.loadOrCreate().firstUnuploadedPreKeyId()).isEqualTo(4);
    }

    @Test
    void givenIdNeverMade_whenConfirmed_thenRefused() {
        party.preKeys.unuploaded(2);

        assertThatIllegalArgumentException().isThrownBy(() -> party.preKeys.markUploaded(3));
        assertThatIllegalArgumentException().isThrownBy(() -> party.preKeys.markUploaded(0));
    }

    @Test
    void givenKeyReserved_whenKeysAreOffered_thenItIsNotAmongThemButCanBeUsed() {
        Party peer = new Party("15551230002@s.whatsapp.net", stores.open());
        party.preKeys.unuploaded(2);
        PreKey reserved = party.preKeys.reserve(NOW);

        assertThat(reserved.id()).isEqualTo(3);
        assertThat(party.preKeys.unuploaded(3)).extracting(PreKey::id).containsExactly(1, 2, 4);
        peer.meet(party, party.bundle(reserved, null));
        assertThat(party.decrypt(peer, peer.encrypt(party, "hello"))).isEqualTo("hello");
    }

    @Test
    void M4_givenIdsUsedUp_whenKeysAreAsked_thenIdsBeginAnewAndNothingIsOfferedTwice() {
        party.credentials.update(own -> own.toBuilder()
                .nextPreKeyId(PreKey.MAX_ID - 1)
                .firstUnuploadedPreKeyId(PreKey.MAX_ID - 1)
                .build());

        List<PreKey> keys = party.preKeys.unuploaded(5);
        assertThat(keys).extracting(PreKey::id).containsExactly(PreKey.MAX_ID - 1, PreKey.MAX_ID, 1, 2, 3);
        assertThat(new PreKeys(party.store, new CredentialsStore(party.store)).unuploaded(5))
                .isEqualTo(keys);
        assertThat(party.preKeys.reserve(NOW).id()).isEqualTo(4);
        assertThat(party.preKeys.unuploaded(6)).extracting(PreKey::id).endsWith(2, 3, 5);
        party.preKeys.markUploaded(PreKey.MAX_ID);
        assertThat(party.preKeys.unuploaded(0)).extracting(PreKey::id).containsExactly(1, 2, 3, 5);
        party.preKeys.markUploaded(3);
        party.preKeys.markUploaded(2);
        assertThat(party.preKeys.unuploaded(0)).extracting(PreKey::id).containsExactly(5);
    }

    @Test
    void M4_givenTheLastIdReserved_whenOneMoreIs_thenItHasTheFirstId() {
        party.credentials.update(own -> own.toBuilder()
                .nextPreKeyId(PreKey.MAX_ID)
                .firstUnuploadedPreKeyId(PreKey.MAX_ID)
                .build());

        assertThat(party.preKeys.reserve(NOW).id()).isEqualTo(PreKey.MAX_ID);
        assertThat(party.preKeys.reserve(NOW).id()).isEqualTo(1);
        assertThat(party.preKeys.unuploaded(1)).extracting(PreKey::id).containsExactly(2);
    }

    @Test
    void M4_givenKeysReservedLongAgo_whenOldOnesAreDropped_thenTheOthersStay() {
        List<PreKey> offered = party.preKeys.unuploaded(600);
        PreKey old = party.preKeys.reserve(NOW.minusSeconds(1));
        PreKey young = party.preKeys.reserve(NOW);

        party.preKeys.dropReserved(NOW);

        assertThat(party.preKeys.find(old.id())).isEmpty();
        assertThat(party.preKeys.find(young.id())).contains(young);
        assertThat(party.preKeys.unuploaded(0)).isEqualTo(offered);
    }

    @Test
    void givenRotation_whenStaged_thenTheSameKeyUntilPromotedOrDropped() {
        SignedPreKey old = party.credentials.loadOrCreate().signedPreKey();

        SignedPreKey staged = party.preKeys.stageSignedPreKey();
        assertThat(staged.id()).isEqualTo(2);
        assertThat(party.preKeys.stageSignedPreKey()).isEqualTo(staged);
        assertThat(party.credentials.loadOrCreate().signedPreKey()).isEqualTo(old);

        party.preKeys.dropStagedSignedPreKey();
        assertThatIllegalStateException().isThrownBy(() -> party.preKeys.promoteSignedPreKey(Instant.EPOCH));
        SignedPreKey other = party.preKeys.stageSignedPreKey();
        assertThat(other).isNotEqualTo(staged);

        Instant now = Instant.ofEpochSecond(1_760_000_000);
        assertThat(party.preKeys.promoteSignedPreKey(now).signedPreKey()).isEqualTo(other);
        assertThat(party.credentials.loadOrCreate().signedPreKey()).isEqualTo(other);
        assertThat(party.credentials.loadOrCreate().signedPreKeySince()).contains(now);
        assertThat(Curve25519.verify(
                        party.identity().publicKey(),
                        PublicKeys.typed(other.keyPair().publicKey()),
                        other.signature()))
                .isTrue();
    }

    @Test
    void givenRecordedUpload_whenItsPrivateKeysAreRead_thenTheyBelongToThePublicOnes() {
        JsonNode upload = VECTORS.get("uploads").get(0);
        JsonNode list = child(upload.get("node"), "list");
        assertThat(list.get("content")).hasSize(3);
        for (JsonNode key : list.get("content")) {
            int id = (int) BigEndian.decode(bytes(key, "id"));
            byte[] privateKey = HexFormat.of()
                    .parseHex(
                            upload.get("privateKeys").get(Integer.toString(id)).asText());
            assertThat(Curve25519.fromPrivate(privateKey).publicKey()).isEqualTo(bytes(key, "value"));
        }
        JsonNode signed = child(upload.get("node"), "skey");
        assertThat(Curve25519.verify(
                        content(child(upload.get("node"), "identity")),
                        PublicKeys.typed(bytes(signed, "value")),
                        bytes(signed, "signature")))
                .isTrue();
    }

    @Test
    void givenRecordedBundles_whenSessionsAreBuilt_thenTheyArePeersOfTheirRegistrationIds() {
        Party bob = new Party("15551230002:3@s.whatsapp.net", stores.open());
        for (JsonNode vector : VECTORS.get("bundleReplies")) {
            JsonNode parsed = vector.get("parsed");
            JsonNode preKey = parsed.get("preKey");
            JsonNode signed = parsed.get("signedPreKey");
            PreKeyBundle bundle = new PreKeyBundle(
                    parsed.get("registrationId").asInt(),
                    hex(parsed.get("identityKey33")),
                    signed.get("id").asInt(),
                    hex(signed.get("public33")),
                    hex(signed.get("signature")),
                    OptionalInt.of(preKey.get("id").asInt()),
                    Optional.of(hex(preKey.get("public33"))),
                    Optional.empty());

            party.meet(bob, bundle);

            assertThat(party.<OptionalInt>with(bob, tx -> tx.remoteRegistrationId(bob.jid)))
                    .hasValue(4242);
            assertThat(bundle.identityKey()).isEqualTo(content(child(vector.get("userNode"), "identity")));
        }
    }

    private static JsonNode child(JsonNode node, String tag) {
        for (JsonNode child : node.get("content")) {
            if (child.get("tag").asText().equals(tag)) {
                return child;
            }
        }
        throw new AssertionError("no " + tag + " in " + node);
    }

    private static byte[] bytes(JsonNode node, String tag) {
        return content(child(node, tag));
    }

    private static byte[] content(JsonNode node) {
        return hex(node.get("content").get("hex"));
    }

    private static byte[] hex(JsonNode text) {
        return HexFormat.of().parseHex(text.asText());
    }

    @Test
    void givenAServerThatAlwaysSaysItHasNone_whenKeysAreMadeOverAndOver_thenTheStoreKeepsABoundedNumber() {
        for (int i = 0; i < 60; i++) {
            List<PreKey> keys = party.preKeys.unuploaded(812);
            party.preKeys.markUploaded(keys.get(keys.size() - 1).id());
        }

        int kept = party.store.transact(
                tx -> tx.keys(StoreTable.PRE_KEYS, "", null, 100_000).size());
        assertThat(kept).isBetween(PreKeys.MOST_KEPT - 1, PreKeys.MOST_KEPT);
        assertThat(party.preKeys.find(60 * 812)).isPresent();
        assertThat(party.preKeys.find(1)).isEmpty();
    }
}
