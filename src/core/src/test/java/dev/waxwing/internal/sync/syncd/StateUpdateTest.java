package dev.waxwing.internal.sync.syncd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.proto.serversync.ExitCode;
import dev.waxwing.proto.serversync.KeyId;
import dev.waxwing.proto.serversync.SyncdPatch;
import dev.waxwing.proto.serversync.SyncdSnapshot;
import dev.waxwing.proto.serversync.SyncdVersion;
import dev.waxwing.proto.syncaction.PinAction;
import dev.waxwing.proto.syncaction.SyncActionValue;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a server's answer may do to a collection, and what it may not. */
class StateUpdateTest {

    private static final StateCollection COLLECTION = StateCollection.REGULAR_LOW;
    private static final byte[] KEY_ID = {0, 0, 0, 0, 1, 2};
    private static final byte[] KEY = new byte[32];

    private final AccountStore writer = MemoryStore.create();
    private final AccountStore reader = MemoryStore.create();

    @AfterEach
    void close() {
        writer.close();
        reader.close();
    }

    @Test
    void givenPatchesOfAnotherDevice_whenRead_thenBothHaveTheSameHash() {
        take(List.of(write("a", true), write("b", true), remove("a"), write("b", false)));

        assertThat(state(reader)).isEqualTo(state(writer));
        assertThat(state(reader).version()).isEqualTo(4);
    }

    @Test
    void givenTwoActionsOfOneIndexInAPatch_whenRead_thenTheLastIsInTheHashAlone() {
        StatePatch twice = write(action("a", true, false), action("a", false, false));
        take(List.of(twice));

        assertThat(state(reader)).isEqualTo(state(writer));
        take(List.of(remove("a")));
        assertThat(state(reader).hash()).isEqualTo(LtHash.EMPTY);
    }

    @Test
    void givenAnIndexThatIsNotThere_whenRemoved_thenTheHashStays() {
        take(List.of(remove("never")));
        assertThat(state(reader).hash()).isEqualTo(LtHash.EMPTY);
        assertThat(state(reader).version()).isEqualTo(1);
    }

    @Test
    void givenPatchesThatAreKnown_whenTheyComeAgain_thenTheyChangeNothing() {
        StatePatch first = write("a", true);
        take(List.of(first));
        CollectionState before = state(reader);

        assertThat(take(List.of(first)).actions()).isEmpty();
        assertThat(state(reader)).isEqualTo(before);
    }

    @Test
    void givenAPatchIsMissing_whenTheNextOneComes_thenItIsRefused() {
        write("a", true);
        StatePatch second = write("b", true);

        assertThatExceptionOfType(ProtocolViolationException.class).isThrownBy(() -> take(List.of(second)));
        assertThat(state(reader)).isEqualTo(CollectionState.NEW);
    }

    @Test
    void givenAPatchOfAnotherCollection_whenRead_thenItIsRefused() {
        StatePatch patch = write("a", true);

        assertThatExceptionOfType(ProtocolViolationException.class)
                .isThrownBy(() ->
                        reader.transact(tx -> new StateUpdate(StateCollection.REGULAR, Optional.empty(), List.of(patch))
                                .apply(new CollectionRows(StateCollection.REGULAR, tx), keys(), false, true)));
    }

    @Test
    void givenAPatchWithAnExitCode_whenRead_thenItIsRefused() {
        SyncdPatch patch = proto(action("a", true, false)).toBuilder()
                .setExitCode(ExitCode.newBuilder().setCode(1))
                .build();

        assertThatExceptionOfType(ProtocolViolationException.class)
                .isThrownBy(() -> take(List.of(StatePatch.of(patch, 1))));
    }

    @Test
    void givenACollectionThatIsReadFromItsBeginning_whenItsEndIsNotReached_thenItBeginsAgain() {
        StatePatch first = write("a", true);
        StatePatch second = write("b", true);

        apply(List.of(first), true, false);
        assertThat(state(reader).isNew()).isTrue();
        apply(List.of(second), false, true);

        assertThat(state(reader).isNew()).isFalse();
        assertThat(state(reader)).isEqualTo(state(writer));
    }

    @Test
    void givenARowThatIsWrong_whenReadFromTheBeginning_thenNothingOfItIsLeft() {
        take(List.of(write("a", true)));
        reader.transact(tx -> {
            new CollectionRows(COLLECTION, tx).put(new byte[32], new byte[32]);
            return true;
        });

        writer.transact(tx -> {
            new CollectionRows(COLLECTION, tx).clear();
            new CollectionRows(COLLECTION, tx).write(CollectionState.NEW);
            return true;
        });
        StatePatch fresh = write("x", true);
        apply(List.of(fresh), true, true);

        assertThat(state(reader)).isEqualTo(state(writer));
        Optional<byte[]> old = reader.transact(tx -> new CollectionRows(COLLECTION, tx).value(new byte[32]));
        assertThat(old).isEmpty();
    }

    @Test
    void givenASnapshotThatWasNotAskedFor_whenRead_thenItIsRefused() {
        take(List.of(write("a", true)));
        StateSnapshot snapshot = StateSnapshot.parse(SyncdSnapshot.newBuilder()
                .setVersion(SyncdVersion.newBuilder().setVersion(9))
                .setKeyID(KeyId.newBuilder().setID(ByteString.copyFrom(KEY_ID)))
                .build()
                .toByteArray());

        assertThatExceptionOfType(ProtocolViolationException.class)
                .isThrownBy(() -> reader.transact(tx -> new StateUpdate(COLLECTION, Optional.of(snapshot), List.of())
                        .apply(new CollectionRows(COLLECTION, tx), keys(), false, true)));
        assertThat(state(reader)).isEqualTo(state(writer));
    }

    @Test
    void givenIndexes_whenWritten_thenTheyAreCompactJsonAndReadBack() {
        List<String> parts = List.of("a", "quote \" slash \\ line \n tab \t bell \u0007 heart \u2665", "");
        byte[] json = IndexJson.write(parts);
        assertThat(new String(IndexJson.write(List.of("pin_v1", "1@lid")), UTF_8))
                .isEqualTo("[\"pin_v1\",\"1@lid\"]");
        assertThat(IndexJson.read(json)).isEqualTo(parts);
        assertThat(read("[ \"a\" , 5, true,\"\\u0041\\/\" ]")).containsExactly("a", "5", "true", "A/");
        for (String bad :
                List.of("", "[", "[]", "{}", "[\"a\"", "[\"a\"]x", "[[\"a\"]]", "[\"\\x\"]", "[\"\\u00g0\"]")) {
            assertThatExceptionOfType(ProtocolViolationException.class).as(bad).isThrownBy(() -> read(bad));
        }
    }

    private static List<String> read(String json) {
        return IndexJson.read(json.getBytes(UTF_8));
    }

    private StatePatch write(String chat, boolean pinned) {
        return write(action(chat, pinned, false));
    }

    private StatePatch remove(String chat) {
        return write(action(chat, false, true));
    }

    private StatePatch write(StateAction... actions) {
        return writer.transact(tx -> {
            CollectionRows rows = new CollectionRows(COLLECTION, tx);
            OutgoingPatch patch = OutgoingPatch.of(COLLECTION, rows, List.of(actions), KEY_ID, KEY);
            assertThat(patch.commit(rows)).isTrue();
            return StatePatch.of(StatePatch.parse(patch.encode()), patch.base() + 1);
        });
    }

    private SyncdPatch proto(StateAction action) {
        return writer.transact(
                tx -> OutgoingPatch.of(COLLECTION, new CollectionRows(COLLECTION, tx), List.of(action), KEY_ID, KEY)
                        .patch());
    }

    private static StateAction action(String chat, boolean pinned, boolean removal) {
        return new StateAction(
                List.of("pin_v1", chat),
                SyncActionValue.newBuilder()
                        .setTimestamp(1)
                        .setPinAction(PinAction.newBuilder().setPinned(pinned))
                        .build(),
                5,
                removal);
    }

    private StateUpdate.Applied take(List<StatePatch> patches) {
        return apply(patches, false, true);
    }

    private StateUpdate.Applied apply(List<StatePatch> patches, boolean fromScratch, boolean finished) {
        return reader.transact(tx -> new StateUpdate(COLLECTION, Optional.empty(), patches)
                .apply(new CollectionRows(COLLECTION, tx), keys(), fromScratch, finished));
    }

    private static CollectionState state(AccountStore store) {
        return store.transact(tx -> new CollectionRows(COLLECTION, tx).state());
    }

    private static StateKeys keys() {
        return new StateKeys(id -> Optional.of(KEY));
    }
}
