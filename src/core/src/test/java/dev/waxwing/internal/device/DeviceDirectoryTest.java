package dev.waxwing.internal.device;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.model.Jid;
import dev.waxwing.model.UserDevices;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.UserDevicesCache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DeviceDirectoryTest {

    private static final Jid BOB = Jid.phone("15551230002");
    private static final Jid BOB_LID = Jid.lid("200000000000002");
    private static final Jid CAROL = Jid.lid("300000000000003");

    private final MemoryStore store = MemoryStore.create();
    private final SilentServer server = new SilentServer();
    private final LidMappings lids = new LidMappings(store, new SignalSessions(store, new CredentialsStore(store)));
    private final DeviceDirectory directory = directory(new SharedUserDevices(1_000).ofAccount(Duration.ofMinutes(5)));

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
    void givenAnAnswer_whenAskedAgain_thenTheCacheAnswersUntilItIsForgottenInEitherForm() throws Exception {
        directory.devicesOf(List.of(BOB));
        server.answer(0, user(BOB, BOB_LID, 0));
        assertThat(directory.devicesOf(List.of(BOB)).get(10, SECONDS)).containsExactly(BOB_LID);
        assertThat(server.queries).hasSize(1);

        directory.forget(BOB_LID);
        directory.devicesOf(List.of(BOB));

        assertThat(server.queries).hasSize(2);
    }

    @Test
    void givenAQueryUnderWay_whenTheListIsForgotten_thenTheOlderAnswerIsNotUsed() throws Exception {
        CompletableFuture<List<Jid>> before = directory.devicesOf(List.of(BOB, CAROL));
        directory.forget(BOB);
        CompletableFuture<List<Jid>> after = directory.devicesOf(List.of(BOB));
        assertThat(server.queries).hasSize(2);

        server.answer(0, user(BOB, null, 0), user(CAROL, null, 0));
        assertThat(before).isNotDone();
        assertThat(directory.devicesOf(List.of(CAROL)).get(10, SECONDS)).containsExactly(CAROL);
        server.answer(1, user(BOB, null, 0, 3));

        assertThat(before.get(10, SECONDS)).containsExactly(BOB, BOB.withDevice(3), CAROL);
        assertThat(after.get(10, SECONDS)).containsExactly(BOB, BOB.withDevice(3));
        assertThat(directory.devicesOf(List.of(BOB)).get(10, SECONDS)).containsExactly(BOB, BOB.withDevice(3));
        assertThat(server.queries).hasSize(2);
    }

    @Test
    void givenAListThatKeepsChanging_whenAsked_thenTheThirdAnswerMustDoAndIsNotKept() throws Exception {
        CompletableFuture<List<Jid>> devices = directory.devicesOf(List.of(BOB));
        for (int query = 0; query < 3; query++) {
            assertThat(server.queries).hasSize(query + 1);
            directory.forget(BOB);
            server.answer(query, user(BOB, null, 0, query + 1));
        }

        assertThat(devices.get(10, SECONDS)).containsExactly(BOB, BOB.withDevice(3));
        directory.devicesOf(List.of(BOB));
        assertThat(server.queries).hasSize(4);
    }

    @Test
    void givenSomeKnownAndSomeUnderWay_whenAsked_thenOnlyTheRestIsAskedFor() throws Exception {
        Jid dave = Jid.phone("15551230004");
        directory.devicesOf(List.of(BOB));
        server.answer(0, user(BOB, null, 0));
        directory.devicesOf(List.of(CAROL));

        CompletableFuture<List<Jid>> all = directory.devicesOf(List.of(BOB, CAROL, dave));

        assertThat(server.queries).hasSize(3);
        assertThat(asked(server.queries.get(2))).containsExactly(dave);
        server.answer(1, user(CAROL, null, 0));
        server.answer(2, user(dave, null, 0, 1));
        assertThat(all.get(10, SECONDS)).containsExactly(BOB, CAROL, dave, dave.withDevice(1));
    }

    @Test
    void givenManyThreads_whenTheyAskForTheSamePerson_thenThereIsOneQuery() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        CyclicBarrier start = new CyclicBarrier(8);
        try {
            List<Future<CompletableFuture<List<Jid>>>> asking = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                asking.add(threads.submit(() -> {
                    start.await(10, SECONDS);
                    return directory.devicesOf(List.of(BOB));
                }));
            }
            List<CompletableFuture<List<Jid>>> found = new ArrayList<>();
            for (Future<CompletableFuture<List<Jid>>> one : asking) {
                found.add(one.get(10, SECONDS));
            }
            assertThat(server.queries).hasSize(1);
            server.answer(0, user(BOB, null, 0));
            for (CompletableFuture<List<Jid>> one : found) {
                assertThat(one.get(10, SECONDS)).containsExactly(BOB);
            }
        } finally {
            threads.shutdownNow();
            assertThat(threads.awaitTermination(10, SECONDS)).isTrue();
        }
    }

    @Test
    void givenACacheOfTheApplication_whenAsked_thenItIsUsedAndWhatItThrowsIsPassedOver() throws Exception {
        Map<Jid, UserDevices> kept = new HashMap<>();
        UserDevicesCache shared = new UserDevicesCache() {
            @Override
            public Optional<UserDevices> get(Jid user) {
                if (user.equals(CAROL)) {
                    throw new IllegalStateException("out of order");
                }
                return Optional.ofNullable(kept.get(user));
            }

            @Override
            public void put(UserDevices devices) {
                if (devices.user().equals(CAROL)) {
                    throw new IllegalStateException("out of order");
                }
                kept.put(devices.user(), devices);
            }

            @Override
            public void remove(Jid user) {
                kept.remove(user);
            }
        };
        DeviceDirectory one = directory(shared);
        DeviceDirectory other = directory(shared);
        CompletableFuture<List<Jid>> devices = one.devicesOf(List.of(BOB, CAROL));
        server.answer(0, user(BOB, BOB_LID, 0, 5), user(CAROL, null, 0));

        assertThat(devices.get(10, SECONDS)).containsExactly(BOB_LID, BOB_LID.withDevice(5), CAROL);
        assertThat(kept.get(BOB)).isEqualTo(new UserDevices(BOB, Optional.of(BOB_LID), List.of(0, 5)));
        assertThat(other.devicesOf(List.of(BOB)).get(10, SECONDS)).containsExactly(BOB_LID, BOB_LID.withDevice(5));
        assertThat(server.queries).hasSize(1);
        other.forget(BOB_LID);
        assertThat(kept).isEmpty();
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

    @Nested
    class B02 {

        @Test
        void givenAnEmptyListUnderTheNumber_whenAsked_thenTheLidIsAskedForAndThatIsKept() throws Exception {
            CompletableFuture<List<Jid>> devices = directory.devicesOf(List.of(BOB));
            server.answer(0, user(BOB, BOB_LID));
            assertThat(asked(server.queries.get(1))).containsExactly(BOB_LID);
            server.answer(1, user(BOB_LID, null, 0, 3));

            assertThat(devices.get(10, SECONDS)).containsExactly(BOB_LID, BOB_LID.withDevice(3));
            assertThat(directory.devicesOf(List.of(BOB)).get(10, SECONDS))
                    .containsExactly(BOB_LID, BOB_LID.withDevice(3));
            assertThat(server.queries).hasSize(2);
        }

        @Test
        void givenAnEmptyListUnderEitherForm_whenAskedAgain_thenTheServerIsAskedAgain() throws Exception {
            CompletableFuture<List<Jid>> devices = directory.devicesOf(List.of(BOB));
            server.answer(0, user(BOB, BOB_LID));
            server.answer(1, user(BOB_LID, null));
            assertThat(devices.get(10, SECONDS)).isEmpty();

            directory.devicesOf(List.of(BOB));

            assertThat(server.queries).hasSize(3);
        }

        @Test
        void givenAnEmptyListOfSomebodyWithOneForm_whenAskedAgain_thenTheServerIsAskedAgain() throws Exception {
            CompletableFuture<List<Jid>> devices = directory.devicesOf(List.of(BOB));
            server.answer(0, user(BOB, null));
            assertThat(devices.get(10, SECONDS)).isEmpty();

            directory.devicesOf(List.of(BOB));

            assertThat(server.queries).hasSize(2);
        }

        @Test
        void givenAnEmptyListInTheApplicationsCache_whenAsked_thenTheServerIsAsked() {
            UserDevicesCache cache = new SharedUserDevices(10).ofAccount(Duration.ofMinutes(5));
            cache.put(UserDevices.none(BOB));

            directory(cache).devicesOf(List.of(BOB));

            assertThat(server.queries).hasSize(1);
        }

        @Test
        void givenALostConnection_whenTheOtherFormIsAskedFor_thenTheFailureIsNotRemembered() {
            CompletableFuture<List<Jid>> lost = directory.devicesOf(List.of(BOB));
            server.answer(0, user(BOB, BOB_LID));
            server.answers.get(1).completeExceptionally(new ConnectionLostException("gone"));
            assertThatThrownBy(() -> lost.get(10, SECONDS)).hasRootCauseInstanceOf(ConnectionLostException.class);

            directory.devicesOf(List.of(BOB));

            assertThat(server.queries).hasSize(3);
        }
    }

    private DeviceDirectory directory(UserDevicesCache cache) {
        CredentialsStore credentials = new CredentialsStore(store);
        AccountRegistrations registrations =
                new AccountRegistrations(() -> credentials.loadOrCreate().self(), lids, person -> {});
        return new DeviceDirectory(server, lids, registrations, Runnable::run, cache);
    }

    private static List<Jid> asked(Node iq) {
        return iq.requireChild("usync").requireChild("list").children("user").stream()
                .map(user -> user.requireJid("jid"))
                .toList();
    }

    static Node user(Jid jid, Jid lid, int... deviceIds) {
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
}
