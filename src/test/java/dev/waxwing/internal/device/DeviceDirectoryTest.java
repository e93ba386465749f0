package dev.waxwing.internal.device;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.CredentialsStore;
import dev.waxwing.internal.signal.LidMappings;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.stream.StanzaHandler;
import dev.waxwing.internal.stream.StanzaRouter;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.model.Jid;
import dev.waxwing.store.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeviceDirectoryTest {

    private static final Jid BOB = Jid.phone("15551230002");
    private static final Jid BOB_LID = Jid.lid("200000000000002");
    private static final Jid CAROL = Jid.lid("300000000000003");

    private final MemoryStore store = MemoryStore.create();
    private final SilentServer server = new SilentServer();
    private final LidMappings lids = new LidMappings(store, new SignalSessions(store, new CredentialsStore(store)));
    private final DeviceDirectory directory = new DeviceDirectory(server, lids, Runnable::run, Duration.ofMinutes(5));

    @BeforeEach
    void haveCredentials() {
        new CredentialsStore(store).loadOrCreate();
    }

    @Test
    void givenSeveralPeople_whenAsked_thenOneQueryForAllAndAddressesByLid() throws Exception {
        CompletableFuture<List<Jid>> devices = directory.devicesOf(List.of(BOB, CAROL));

        assertThat(server.queries).hasSize(1);
        assertThat(asked(server.queries.get(0))).containsExactlyInAnyOrder(BOB, CAROL);
        server.answer(0, user(BOB, BOB_LID, 0, 3), user(CAROL, null, 0));

        assertThat(devices.get(10, SECONDS)).containsExactly(BOB_LID, BOB_LID.withDevice(3), CAROL);
        assertThat(lids.counterpart(BOB)).contains(BOB_LID);
    }

    @Test
    void givenAQueryUnderWay_whenAskedAgain_thenBothShareIt() throws Exception {
        CompletableFuture<List<Jid>> first = directory.devicesOf(List.of(BOB));
        CompletableFuture<List<Jid>> second = directory.devicesOf(List.of(BOB));

        assertThat(server.queries).hasSize(1);
        server.answer(0, user(BOB, null, 0));

        assertThat(first.get(10, SECONDS)).isEqualTo(second.get(10, SECONDS)).containsExactly(BOB);
    }

    @Test
    void givenAnAnswer_whenAskedAgain_thenTheCacheAnswersUntilANoticeComes() throws Exception {
        Handlers handlers = new Handlers();
        directory.register(handlers);
        directory.devicesOf(List.of(BOB));
        server.answer(0, user(BOB, BOB_LID, 0));
        assertThat(directory.devicesOf(List.of(BOB)).get(10, SECONDS)).containsExactly(BOB_LID);
        assertThat(server.queries).hasSize(1);

        Node notice = Node.builder("notification")
                .attr("from", BOB_LID)
                .attr("type", "devices")
                .build();
        handlers.byType.get("devices").handle(notice).toCompletableFuture().get(10, SECONDS);
        directory.devicesOf(List.of(BOB));

        assertThat(server.queries).hasSize(2);
    }

    @Test
    void givenOwnDevicesChange_whenTheAccountSyncComes_thenTheyAreAskedForAnew() throws Exception {
        Handlers handlers = new Handlers();
        directory.register(handlers);
        directory.devicesOf(List.of(BOB));
        server.answer(0, user(BOB, null, 0));

        StanzaHandler accountSync = handlers.byType.get("account_sync");
        Node other = Node.builder("notification")
                .attr("from", BOB)
                .child(Node.builder("privacy").build())
                .build();
        accountSync.handle(other).toCompletableFuture().get(10, SECONDS);
        directory.devicesOf(List.of(BOB));
        assertThat(server.queries).hasSize(1);

        Node devices = Node.builder("notification")
                .attr("from", BOB)
                .child(Node.builder("devices").build())
                .build();
        accountSync.handle(devices).toCompletableFuture().get(10, SECONDS);
        directory.devicesOf(List.of(BOB));
        assertThat(server.queries).hasSize(2);
    }

    @Test
    void givenALostConnection_whenAsked_thenTheFailureIsTypedAndNotRemembered() throws Exception {
        CompletableFuture<List<Jid>> lost = directory.devicesOf(List.of(BOB));
        server.answers.get(0).completeExceptionally(new ConnectionLostException("gone"));
        assertThatThrownBy(() -> lost.get(10, SECONDS)).hasRootCauseInstanceOf(ConnectionLostException.class);

        CompletableFuture<List<Jid>> again = directory.devicesOf(List.of(BOB));
        server.answer(1, user(BOB, null, 0));

        assertThat(again.get(10, SECONDS)).containsExactly(BOB);
    }

    @Test
    void givenCompanionWithoutKeyIndex_whenAnswered_thenItIsNotADevice() throws Exception {
        CompletableFuture<List<Jid>> devices = directory.devicesOf(List.of(BOB));
        Node list = Node.builder("device-list")
                .child(Node.builder("device").attr("id", 0).build())
                .child(Node.builder("device").attr("id", 7).build())
                .build();
        server.answer(
                0,
                Node.builder("user")
                        .attr("jid", BOB)
                        .child(Node.builder("devices").child(list).build())
                        .build());

        assertThat(devices.get(10, SECONDS)).containsExactly(BOB);
    }

    private static List<Jid> asked(Node iq) {
        return iq.requireChild("usync").requireChild("list").children("user").stream()
                .map(user -> user.requireJid("jid"))
                .toList();
    }

    private static Node user(Jid jid, Jid lid, int... deviceIds) {
        Node.Builder list = Node.builder("device-list");
        for (int id : deviceIds) {
            Node.Builder device = Node.builder("device").attr("id", id);
            list.child((id == 0 ? device : device.attr("key-index", id)).build());
        }
        Node.Builder user = Node.builder("user")
                .attr("jid", jid)
                .child(Node.builder("devices").child(list.build()).build());
        if (lid != null) {
            user.child(Node.builder("lid").attr("val", lid).build());
        }
        return user.build();
    }

    /** Keeps queries until the test answers them. */
    private static final class SilentServer implements StanzaStream {

        private final List<Node> queries = new ArrayList<>();
        private final List<CompletableFuture<Node>> answers = new ArrayList<>();

        void answer(int query, Node... users) {
            answers.get(query)
                    .complete(Node.builder("iq")
                            .child(Node.builder("usync")
                                    .child(Node.builder("list")
                                            .children(List.of(users))
                                            .build())
                                    .build())
                            .build());
        }

        @Override
        public CompletableFuture<Node> request(Node iq) {
            queries.add(iq);
            CompletableFuture<Node> answer = new CompletableFuture<>();
            answers.add(answer);
            return answer;
        }

        @Override
        public CompletableFuture<Node> request(Node iq, Duration timeout) {
            return request(iq);
        }

        @Override
        public CompletableFuture<Void> send(Node stanza) {
            throw new AssertionError("nothing but queries is sent here");
        }

        @Override
        public CompletableFuture<Node> sendAwaitingAck(Node stanza, Duration timeout) {
            throw new AssertionError("nothing but queries is sent here");
        }

        @Override
        public String nextId() {
            return "1.1-" + queries.size();
        }

        @Override
        public long serverTimeMillis() {
            return 0;
        }
    }

    private static final class Handlers implements StanzaRouter {

        private final Map<String, StanzaHandler> byType = new HashMap<>();

        @Override
        public void on(String tag, StanzaHandler handler) {
            throw new AssertionError("registers by type only");
        }

        @Override
        public void on(String tag, String type, StanzaHandler handler) {
            byType.put(type, handler);
        }

        @Override
        public void onIq(String xmlns, String childTag, StanzaHandler handler) {
            throw new AssertionError("registers by type only");
        }
    }
}
