package dev.waxwing.internal.sync.appstate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.internal.account.Availability;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.sync.syncd.CollectionRows;
import dev.waxwing.internal.sync.syncd.OutgoingPatch;
import dev.waxwing.internal.sync.syncd.StateAction;
import dev.waxwing.internal.sync.syncd.StateCollection;
import dev.waxwing.internal.sync.syncd.StatePatch;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.ManualTimer;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.AppStateSyncKey;
import dev.waxwing.proto.e2e.AppStateSyncKeyData;
import dev.waxwing.proto.e2e.AppStateSyncKeyId;
import dev.waxwing.proto.e2e.AppStateSyncKeyShare;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.serversync.ExternalBlobReference;
import dev.waxwing.proto.serversync.SyncdMutations;
import dev.waxwing.proto.serversync.SyncdPatch;
import dev.waxwing.proto.serversync.SyncdVersion;
import dev.waxwing.proto.syncaction.PinAction;
import dev.waxwing.proto.syncaction.SyncActionValue;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.vectors.Vectors;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The state of one account, with the test in the place of the server. Everything runs on the test's thread. */
class AppStateTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_760_000_000);
    private static final Jid ME = Jid.parse("15551234567:3@s.whatsapp.net");
    private static final StateCollection LOW = StateCollection.REGULAR_LOW;
    private static final byte[] KEY_ID = {0, 0, 0, 0, 1, 1};
    private static final byte[] KEY = new byte[32];

    private final AccountStore store = MemoryStore.create();
    private final AccountStore other = MemoryStore.create();
    private final ManualTimer timer = new ManualTimer();
    private final List<Node> requests = new ArrayList<>();
    private final List<Message> toPhone = new ArrayList<>();
    private final List<StateAction> heard = new ArrayList<>();
    private final List<SyncdPatch> patches = new ArrayList<>();
    private final AccountThreads threads = AccountThreads.builder()
            .executor(Runnable::run)
            .listeners(Runnable::run)
            .timer(timer)
            .build();
    private Function<Node, Node> server = this::honest;
    private byte[] blob = new byte[0];
    private AppState state;

    @BeforeEach
    void start() {
        SignalSessions sessions = new SignalSessions(store, new CredentialsStore(store));
        AreaContext context = new AreaContext(
                () -> new Self(Optional.of(ME), Optional.empty(), Optional.empty()),
                new Availability(false),
                new LidMappings(store, sessions),
                new Stream(),
                store,
                new EventDispatcher(Runnable::run, timer),
                threads,
                Clock.fixed(NOW, ZoneOffset.UTC));
        state = new AppState(
                context,
                message -> {
                    toPhone.add(message);
                    return CompletableFuture.completedFuture(null);
                },
                (reference, most) -> CompletableFuture.completedFuture(blob));
        state.listen((collection, actions, initial) -> heard.addAll(actions));
        share(KEY_ID);
    }

    @AfterEach
    void stop() {
        threads.close();
        store.close();
        other.close();
    }

    @Test
    void givenACollectionThatWasNeverRead_whenChanged_thenTheIqsHaveTheRecordedShape() {
        JsonNode recorded = recorded("app state push (mute chat)");
        StateAction mute = new StateAction(
                List.of("mute", "15551230002@s.whatsapp.net"), SyncActionValue.getDefaultInstance(), 2, false);

        CompletableFuture<Void> changed = state.change(StateCollection.REGULAR_HIGH, List.of(mute));

        assertThat(changed).isCompleted();
        assertThat(requests).hasSize(2);
        for (int i = 0; i < requests.size(); i++) {
            assertShape(requests.get(i), recorded.get(i));
        }
    }

    @Test
    void givenALogin_whenTheStateIsRead_thenAllCollectionsAreAskedForInTheirOrderInOneIq() {
        state.opened();

        assertThat(requests).hasSize(1);
        assertThat(requests.get(0).requireChild("sync").children("collection"))
                .extracting(node -> node.attr("name"))
                .containsExactly("critical_block", "critical_unblock_low", "regular_high", "regular", "regular_low");
        JsonNode recorded = recorded("app state resync").get(0);
        assertShape(collection(requests.get(0)), child(child(recorded, 0), 0), "name");
    }

    @Test
    void givenNoKey_whenLoggedIn_thenNothingIsAskedFor() {
        store.transact(tx -> {
            tx.keys(AppStateKeys.TABLE, "", null, 10).forEach(row -> tx.delete(AppStateKeys.TABLE, row));
            return true;
        });
        state.opened();
        assertThat(requests).isEmpty();
    }

    @Test
    void givenALongPatchInAFile_whenRead_thenTheFileCountsAndNotWhatIsInThePatch() {
        SyncdPatch patch = write("a");
        blob = SyncdMutations.newBuilder()
                .addAllMutations(patch.getMutationsList())
                .build()
                .toByteArray();
        patches.set(
                0,
                patch.toBuilder()
                        .setExternalMutations(ExternalBlobReference.newBuilder().setFileSizeBytes(blob.length))
                        .build());

        state.opened();

        assertThat(heard).extracting(action -> action.part(1)).containsExactly("a");
    }

    @Test
    void givenAFileThatSaysItIsTooLong_whenRead_thenItIsNotDownloaded() {
        patches.add(write("a").toBuilder()
                .setExternalMutations(ExternalBlobReference.newBuilder().setFileSizeBytes(1L << 40))
                .build());
        patches.remove(0);

        assertThat(state.resync()).isCompletedExceptionally();
        assertThat(heard).isEmpty();
    }

    @Test
    void givenAServerThatLeavesOutWhatWasAskedFor_whenRead_thenItEnds() {
        server = iq -> Node.builder("iq").child(Node.builder("sync").build()).build();

        assertThatExceptionOfType(ProtocolViolationException.class).isThrownBy(() -> join(state.resync()));
        assertThat(requests).hasSize(1);
    }

    @Test
    void givenAServerThatAlwaysHasMoreAndSendsNothing_whenRead_thenTheAttemptsAreFew() {
        server = iq -> answer(
                iq,
                collection -> Node.builder("collection")
                        .attr("name", collection.requireAttr("name"))
                        .attr("version", 9)
                        .attr("has_more_patches", "true")
                        .build());

        assertThatExceptionOfType(ProtocolViolationException.class).isThrownBy(() -> join(state.resync()));
        assertThat(requests).hasSize(Pulls.MOST_ATTEMPTS);
    }

    @Test
    void givenAServerThatRefusesAChange_whenMade_thenItFailsAndIsNotMadeAgain() {
        state.opened();
        server = iq -> answer(iq, collection -> refused(collection, 400));

        assertThatExceptionOfType(ServerRefusedException.class)
                .isThrownBy(() -> join(state.change(LOW, List.of(pin("a")))))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(400));
        server = this::honest;
        requests.clear();
        state.opened();
        assertThat(requests).as("only read").hasSize(1);
    }

    @Test
    void givenAServerThatIsBusy_whenAChangeIsMade_thenItGoesOutLater() {
        state.opened();
        server = iq -> answer(iq, collection -> refused(collection, 503));
        CompletableFuture<Void> changed = state.change(LOW, List.of(pin("a")));
        assertThat(changed).isNotDone();

        server = this::honest;
        timer.advance(Duration.ofSeconds(5));

        assertThat(changed).isCompleted();
    }

    @Test
    void givenAServerThatIsAlwaysBusy_whenRead_thenTheAttemptsEnd() {
        server = iq -> answer(iq, collection -> refused(collection, 503));
        state.opened();
        for (int i = 0; i < 20; i++) {
            timer.advance(Duration.ofMinutes(10));
        }
        assertThat(requests).hasSize(6);
        assertThat(timer.scheduled()).isZero();
    }

    @Test
    void givenTheConnectionIsLost_whenAChangeIsMade_thenItGoesOutAfterTheNextLogin() {
        state.opened();
        server = iq -> {
            throw new ConnectionLostException("cut");
        };
        CompletableFuture<Void> changed = state.change(LOW, List.of(pin("a")));
        assertThat(changed).isNotDone();

        server = this::honest;
        state.opened();

        assertThat(changed).isCompleted();
        assertThat(heard).extracting(action -> action.part(1)).containsExactly("a");
    }

    @Test
    void givenTheAnswerToAChangeIsLost_whenLoggedInAgain_thenItCountsAsMadeAndIsNotMadeTwice() {
        state.opened();
        server = iq -> {
            honest(iq);
            throw new ConnectionLostException("cut behind it");
        };
        CompletableFuture<Void> changed = state.change(LOW, List.of(pin("a")));
        assertThat(changed).isNotDone();
        assertThat(patches).hasSize(1);

        server = this::honest;
        state.opened();

        assertThat(changed).isCompleted();
        assertThat(patches).hasSize(1);
        assertThat(heard).extracting(action -> action.part(1)).containsExactly("a");
    }

    @Test
    void givenConflictsWithoutEnd_whenAChangeIsMade_thenTheAttemptsAreBounded() {
        state.opened();
        requests.clear();
        server = iq ->
                collection(iq).child("patch") == null ? honest(iq) : answer(iq, collection -> refused(collection, 409));

        CompletableFuture<Void> changed = state.change(LOW, List.of(pin("a")));

        assertThat(changed).isNotDone();
        assertThat(requests).as("a push, a read, a read from the beginning").hasSize(3 * (Pushes.MOST_CONFLICTS + 1));
    }

    @Test
    void givenAServerThatHasLostWhatItHad_whenAChangeIsMade_thenTheStateIsReadAnewAndTheChangeHolds() {
        state.opened();
        assertThat(state.change(LOW, List.of(pin("a")))).isCompleted();
        patches.clear();
        server = iq -> {
            Node change = collection(iq);
            boolean late = change.child("patch") != null && change.longAttr("version", 0) != patches.size();
            return late ? answer(iq, collection -> refused(collection, 409)) : honest(iq);
        };

        assertThat(state.change(LOW, List.of(pin("b")))).isCompleted();
        assertThat(patches).hasSize(1);
    }

    @Test
    void givenARefusalOfTheWholeIq_whenAChangeIsMade_thenItFailsAndIsNotMadeAgain() {
        state.opened();
        server = iq -> {
            throw new ServerRefusedException("iq", 400, "bad-request", null);
        };
        assertThatExceptionOfType(ServerRefusedException.class)
                .isThrownBy(() -> join(state.change(LOW, List.of(pin("a")))));
        server = this::honest;

        assertThat(state.change(LOW, List.of(pin("b")))).isCompleted();
        assertThat(heard).extracting(action -> action.part(1)).containsExactly("b");
    }

    @Test
    void givenAConflictAsAnErrorOfTheIq_whenAChangeIsMade_thenItIsPutOnTop() {
        state.opened();
        write("b");
        server = iq -> {
            if (collection(iq).child("patch") != null && collection(iq).longAttr("version", 0) != patches.size()) {
                throw new ServerRefusedException("iq", 409, "conflict", null);
            }
            return honest(iq);
        };

        assertThat(state.change(LOW, List.of(pin("a")))).isCompleted();
        assertThat(heard).extracting(action -> action.part(1)).containsExactly("b", "a");
    }

    @Test
    void givenAKeyThatIsMissing_whenRead_thenThePhoneIsAskedOnceAndWhatItSharesIsRead() {
        byte[] second = {0, 0, 0, 0, 1, 2};
        write("a", second);

        state.opened();
        state.opened();

        assertThat(heard).isEmpty();
        assertThat(toPhone).hasSize(1);
        assertThat(toPhone.get(0)
                        .getProtocolMessage()
                        .getAppStateSyncKeyRequest()
                        .getKeyIDsList())
                .extracting(id -> id.getKeyID().toByteArray())
                .containsExactly(second);
        share(second);
        state.opened();
        assertThat(heard).extracting(action -> action.part(1)).containsExactly("a");
    }

    private void share(byte[] id) {
        store.transact(tx -> {
            AppStateKeys.keep(
                    AppStateSyncKeyShare.newBuilder()
                            .addKeys(AppStateSyncKey.newBuilder()
                                    .setKeyID(AppStateSyncKeyId.newBuilder().setKeyID(ByteString.copyFrom(id)))
                                    .setKeyData(AppStateSyncKeyData.newBuilder()
                                            .setKeyData(ByteString.copyFrom(KEY))
                                            .setTimestamp(1)))
                            .build(),
                    tx);
            return true;
        });
    }

    /** Another device has changed something. */
    private SyncdPatch write(String chat) {
        return write(chat, KEY_ID);
    }

    private SyncdPatch write(String chat, byte[] keyId) {
        return other.transact(tx -> {
            CollectionRows rows = new CollectionRows(LOW, tx);
            OutgoingPatch patch = OutgoingPatch.of(LOW, rows, List.of(pin(chat)), keyId, KEY);
            patch.commit(rows);
            SyncdPatch parsed = parse(patch.encode());
            patches.add(parsed);
            return parsed;
        });
    }

    private static SyncdPatch parse(byte[] bytes) {
        return StatePatch.parse(bytes);
    }

    private static StateAction pin(String chat) {
        return new StateAction(
                List.of("pin_v1", chat),
                SyncActionValue.newBuilder()
                        .setTimestamp(NOW.toEpochMilli())
                        .setPinAction(PinAction.newBuilder().setPinned(true))
                        .build(),
                5,
                false);
    }

    /** Keeps the patches of one collection; the others are empty, and what is written there is forgotten. */
    private Node honest(Node iq) {
        return answer(iq, collection -> {
            Node.Builder answer = Node.builder("collection").attr("name", collection.requireAttr("name"));
            if (!collection.requireAttr("name").equals(LOW.wireName())) {
                return answer.attr("version", 1).build();
            }
            Node patch = collection.child("patch");
            long version = collection.longAttr("version", 0);
            if (patch != null && version == patches.size()) {
                patches.add(parse(patch.requireBytes()));
                return answer.attr("version", patches.size()).build();
            }
            List<Node> behind = new ArrayList<>();
            for (long i = version; i < patches.size(); i++) {
                behind.add(Node.builder("patch")
                        .bytes(patches.get((int) i).toBuilder()
                                .setVersion(SyncdVersion.newBuilder().setVersion(i + 1))
                                .build()
                                .toByteArray())
                        .build());
            }
            return answer.attr("version", patches.size())
                    .child(Node.builder("patches").children(behind).build())
                    .build();
        });
    }

    private static Node answer(Node iq, Function<Node, Node> each) {
        List<Node> answers = iq.requireChild("sync").children("collection").stream()
                .map(each)
                .toList();
        return Node.builder("iq")
                .child(Node.builder("sync").children(answers).build())
                .build();
    }

    private static Node refused(Node collection, int code) {
        return Node.builder("collection")
                .attr("name", collection.requireAttr("name"))
                .attr("type", "error")
                .child(Node.builder("error").attr("code", code).build())
                .build();
    }

    private static Node collection(Node iq) {
        return iq.requireChild("sync").requireChild("collection");
    }

    private static JsonNode recorded(String name) {
        for (JsonNode row : Vectors.load("messaging-iq-nodes.json").get("vectors")) {
            if (row.get("name").asText().equals(name)) {
                return row.get("outgoing");
            }
        }
        throw new AssertionError("no vector " + name);
    }

    private static JsonNode child(JsonNode node, int number) {
        return node.get("content").get("nodes").get(number);
    }

    /** Tags, attributes and children are the recorded ones; ids and bytes are each one's own. */
    private static void assertShape(Node node, JsonNode recorded, String... others) {
        assertThat(node.tag()).isEqualTo(recorded.get("tag").asText());
        recorded.get("attrs").properties().forEach(attribute -> {
            boolean own = attribute.getKey().equals("id") || List.of(others).contains(attribute.getKey());
            if (!own) {
                // An address of a server alone is written with and without its sign.
                assertThat(Objects.requireNonNull(node.attr(attribute.getKey())).replaceFirst("^@", ""))
                        .as(attribute.getKey())
                        .isEqualTo(attribute.getValue().asText());
            }
        });
        JsonNode content = recorded.path("content").path("nodes");
        assertThat(node.children()).hasSize(content.size());
        for (int i = 0; i < content.size(); i++) {
            assertShape(node.children().get(i), content.get(i), others);
        }
        assertThat(node.bytes() != null).isEqualTo(recorded.path("content").has("hex"));
    }

    private static void join(CompletableFuture<Void> future) {
        try {
            future.join();
        } catch (CompletionException e) {
            throw (RuntimeException) e.getCause();
        }
    }

    private final class Stream implements StanzaStream {

        @Override
        public CompletableFuture<Void> send(Node stanza) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Node> request(Node iq) {
            requests.add(iq);
            try {
                return CompletableFuture.completedFuture(server.apply(iq));
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public CompletableFuture<Node> request(Node iq, Duration timeout) {
            return request(iq);
        }

        @Override
        public CompletableFuture<Node> sendAwaitingAck(Node stanza, Duration patience) {
            throw new AssertionError("sends no stanzas");
        }

        @Override
        public String nextId() {
            return "1";
        }

        @Override
        public long serverTimeMillis() {
            return NOW.toEpochMilli();
        }
    }
}
