package dev.waxwing.internal.sync.syncd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.AesCbc;
import dev.waxwing.internal.crypto.Hkdf;
import dev.waxwing.proto.serversync.ExternalBlobReference;
import dev.waxwing.proto.serversync.SyncdPatch;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.vectors.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys, hashes, snapshots and patches as one popular client makes them. */
class SyncdVectorsTest {

    private static final JsonNode SNAPSHOT = Vectors.load("appstate-snapshot.json");
    private static final JsonNode PATCHES = Vectors.load("appstate-patches.json");
    private static final StateCollection COLLECTION = StateCollection.REGULAR_LOW;

    private final AccountStore store = MemoryStore.create();

    @AfterEach
    void close() {
        store.close();
    }

    static Stream<JsonNode> keys() {
        return rows(Vectors.load("appstate-keys.json").get("vectors"));
    }

    static Stream<JsonNode> hashes() {
        return rows(Vectors.load("appstate-lthash.json").get("vectors"));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void givenASharedKey_whenExpanded_thenTheFiveKeysAreTheRecordedOnes(JsonNode row) {
        MutationKeys keys = MutationKeys.expand(hex(row, "keyData"));
        assertThat(keys.index()).isEqualTo(hex(row, "indexKey"));
        assertThat(keys.valueEncryption()).isEqualTo(hex(row, "valueEncryptionKey"));
        assertThat(keys.valueMac()).isEqualTo(hex(row, "valueMacKey"));
        assertThat(keys.snapshotMac()).isEqualTo(hex(row, "snapshotMacKey"));
        assertThat(keys.patchMac()).isEqualTo(hex(row, "patchMacKey"));
    }

    @ParameterizedTest
    @MethodSource("hashes")
    void givenAHash_whenValuesComeAndGo_thenItIsTheRecordedOne(JsonNode row) {
        LtHash hash = LtHash.of(hex(row, "before"));
        for (JsonNode gone : row.get("subtract")) {
            hash = hash.minus(HexFormat.of().parseHex(gone.asText()));
        }
        for (JsonNode come : row.get("add")) {
            hash = hash.plus(HexFormat.of().parseHex(come.asText()));
        }
        assertThat(hash).isEqualTo(LtHash.of(hex(row, "after")));
    }

    @Test
    void givenTheRecordedHashes_whenAllValuesAreGone_thenTheHashIsThatOfNothing() {
        JsonNode last = hashes().reduce((first, second) -> second).orElseThrow();
        assertThat(LtHash.of(hex(last, "after"))).isEqualTo(LtHash.EMPTY);
    }

    @Test
    void givenTheRecordedSnapshot_whenRead_thenItsActionsAndItsHashAreTheRecordedOnes() {
        StateUpdate.Applied applied = snapshot();

        assertThat(applied.state().version()).isEqualTo(41);
        assertThat(applied.state().hash()).isEqualTo(LtHash.of(hex(SNAPSHOT.get("snapshot"), "ltHash")));
        assertActions(applied.actions(), SNAPSHOT.get("snapshot").get("records"));
    }

    @Test
    void givenTheSnapshot_whenTheRecordedPatchesCome_thenEachIsTakenAndHashesAsRecorded() {
        snapshot();
        for (JsonNode row : SNAPSHOT.get("patches")) {
            StateUpdate.Applied applied = take(patch(row, hex(row, "patchProto")), snapshotKeys());
            assertThat(applied.state().version()).isEqualTo(row.get("version").asLong());
            assertThat(applied.state().hash())
                    .as(row.get("label").asText())
                    .isEqualTo(LtHash.of(hex(row, "ltHashAfter")));
            assertActions(applied.actions(), row.get("mutations"));
        }
    }

    @Test
    void givenTheSnapshot_whenAllPatchesComeAtOnce_thenTheResultIsTheSame() {
        snapshot();
        List<StatePatch> all = rows(SNAPSHOT.get("patches"))
                .map(row -> patch(row, hex(row, "patchProto")))
                .toList();
        JsonNode last = SNAPSHOT.get("patches").get(all.size() - 1);
        assertThat(take(all, snapshotKeys()).state().hash()).isEqualTo(LtHash.of(hex(last, "ltHashAfter")));
    }

    @Test
    void givenAPatchWithOneBitOfItsMacChanged_whenRead_thenItIsRefusedAndNothingIsWritten() throws Exception {
        CollectionState before = snapshot().state();
        JsonNode row = SNAPSHOT.get("patches").get(0);
        SyncdPatch good = SyncdPatch.parseFrom(hex(row, "patchProto"));
        List<SyncdPatch> bad = List.of(
                good.toBuilder().setPatchMAC(flipped(good.getPatchMAC())).build(),
                good.toBuilder().setSnapshotMAC(flipped(good.getSnapshotMAC())).build());
        for (SyncdPatch patch : bad) {
            assertThatExceptionOfType(ProtocolViolationException.class)
                    .isThrownBy(() -> take(patch(row, patch.toByteArray()), snapshotKeys()));
        }
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void givenAPatchByAKeyThatWasNotShared_whenRead_thenTheKeyIsNamedAndNothingIsWritten() {
        CollectionState before = snapshot().state();
        JsonNode row = SNAPSHOT.get("patches").get(2);
        Map<String, byte[]> first = Map.of("000000004cde", snapshotKeys().get("000000004cde"));
        assertThatExceptionOfType(MissingKeyException.class)
                .isThrownBy(() -> take(
                        List.of(
                                patch(
                                        SNAPSHOT.get("patches").get(0),
                                        hex(SNAPSHOT.get("patches").get(0), "patchProto")),
                                patch(
                                        SNAPSHOT.get("patches").get(1),
                                        hex(SNAPSHOT.get("patches").get(1), "patchProto")),
                                patch(row, hex(row, "patchProto"))),
                        first))
                .satisfies(missing -> assertThat(missing.keyIds()).containsExactly("00000000ab01"));
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void givenTheRecordedFile_whenOpened_thenItIsASnapshotThatIsTaken() throws Exception {
        JsonNode row =
                Vectors.load("appstate-external-blob.json").get("vectors").get(0);
        ExternalBlobReference reference = ExternalBlobReference.parseFrom(hex(row, "externalBlobReferenceProto"));
        assertThat(reference.getMediaKey().toByteArray()).isEqualTo(hex(row, "mediaKey"));
        byte[] keys = Hkdf.sha256(
                hex(row, "mediaKey"), null, "WhatsApp App State Keys".getBytes(StandardCharsets.US_ASCII), 112);
        byte[] file = hex(row, "encryptedFile");
        byte[] opened = AesCbc.decrypt(
                Arrays.copyOfRange(keys, 16, 48), Arrays.copyOf(keys, 16), Arrays.copyOf(file, file.length - 10));
        assertThat(opened).isEqualTo(hex(row, "decrypted"));
        assertThat(StateSnapshot.parse(opened).version()).isEqualTo(41);
    }

    @Test
    void givenTheRecordedActions_whenTheyAreSent_thenEveryByteIsAsRecorded() {
        byte[] keyId = hex(PATCHES, "keyId");
        byte[] keyData = hex(PATCHES, "keyData");
        for (JsonNode row : PATCHES.get("vectors")) {
            StateCollection collection =
                    StateCollection.named(row.get("collection").asText()).orElseThrow();
            byte[] encoded = hex(row, "syncActionDataProto");
            StateAction action =
                    StateAction.decode(encoded, row.get("operation").asText().equals("REMOVE"));
            assertThat(action.index()).isEqualTo(texts(row.get("index")));
            assertThat(action.encode()).isEqualTo(encoded);
            store.transact(tx -> {
                CollectionRows rows = new CollectionRows(collection, tx);
                assertThat(rows.state().hash()).isEqualTo(LtHash.of(hex(row, "ltHashBefore")));
                OutgoingPatch patch =
                        OutgoingPatch.of(collection, rows, List.of(action), keyId, keyData, () -> hex(row, "iv"));
                assertThat(patch.base()).isEqualTo(row.get("baseVersion").asLong());
                assertThat(patch.hash()).isEqualTo(LtHash.of(hex(row, "ltHashAfter")));
                assertThat(patch.patch().getSnapshotMAC().toByteArray()).isEqualTo(hex(row, "snapshotMac"));
                assertThat(patch.patch().getPatchMAC().toByteArray()).isEqualTo(hex(row, "patchMac"));
                assertThat(patch.encode()).as(row.get("name").asText()).isEqualTo(hex(row, "patchProto"));
                assertThat(patch.commit(rows)).isTrue();
                return true;
            });
        }
    }

    private StateUpdate.Applied snapshot() {
        StateSnapshot snapshot = StateSnapshot.parse(hex(SNAPSHOT.get("snapshot"), "snapshotProto"));
        return store.transact(tx -> new StateUpdate(COLLECTION, Optional.of(snapshot), List.of())
                .apply(new CollectionRows(COLLECTION, tx), keys(snapshotKeys()), true, true));
    }

    private StateUpdate.Applied take(StatePatch patch, Map<String, byte[]> keys) {
        return take(List.of(patch), keys);
    }

    private StateUpdate.Applied take(List<StatePatch> patches, Map<String, byte[]> keys) {
        return store.transact(tx -> new StateUpdate(COLLECTION, Optional.empty(), patches)
                .apply(new CollectionRows(COLLECTION, tx), keys(keys), false, true));
    }

    private CollectionState state() {
        return store.transact(tx -> new CollectionRows(COLLECTION, tx).state());
    }

    private static StatePatch patch(JsonNode row, byte[] proto) {
        return StatePatch.of(StatePatch.parse(proto), row.get("version").asLong());
    }

    private static StateKeys keys(Map<String, byte[]> shared) {
        return new StateKeys(id -> Optional.ofNullable(shared.get(HexFormat.of().formatHex(id))));
    }

    private static Map<String, byte[]> snapshotKeys() {
        Map<String, byte[]> keys = new HashMap<>();
        SNAPSHOT.get("keys").forEach(key -> keys.put(key.get("keyId").asText(), hex(key, "keyData")));
        return keys;
    }

    private static void assertActions(List<StateAction> actions, JsonNode recorded) {
        assertThat(actions).hasSize(recorded.size());
        for (int i = 0; i < actions.size(); i++) {
            StateAction action = actions.get(i);
            JsonNode row = recorded.get(i);
            assertThat(action.index()).isEqualTo(texts(row.get("index")));
            assertThat(action.version()).isEqualTo(row.get("actionVersion").asInt());
            assertThat(action.removal()).isEqualTo(row.get("operation").asText().equals("REMOVE"));
            assertThat(action.value().getTimestamp())
                    .isEqualTo(row.get("value").get("timestamp").asLong());
        }
    }

    private static com.google.protobuf.ByteString flipped(com.google.protobuf.ByteString mac) {
        byte[] bytes = mac.toByteArray();
        bytes[3] ^= 1;
        return com.google.protobuf.ByteString.copyFrom(bytes);
    }

    private static List<String> texts(JsonNode array) {
        return rows(array).map(JsonNode::asText).toList();
    }

    private static Stream<JsonNode> rows(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static byte[] hex(JsonNode row, String name) {
        return HexFormat.of().parseHex(row.get(name).asText());
    }
}
