package dev.waxwing.internal.device;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.ParticipantHash;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.threads.KeyedLanes;
import dev.waxwing.model.Jid;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DeviceNoticesTest {

    private static final Jid BOB = Jid.phone("15551230002");
    private static final Jid BOB_LID = Jid.lid("200000000000002");
    private static final Jid ME = Jid.phone("15551230001");
    private static final Jid MY_LID = Jid.lid("100000000000001");

    private final MemoryStore store = MemoryStore.create();
    private final CredentialsStore credentials = new CredentialsStore(store);
    private final SilentServer server = new SilentServer();
    private final Handlers handlers = new Handlers();
    private final LidMappings lids = new LidMappings(store, new SignalSessions(store, credentials));
    private final AccountRegistrations registrations =
            new AccountRegistrations(() -> credentials.loadOrCreate().self(), lids, person -> {});
    private final DeviceDirectory directory = new DeviceDirectory(
            server, lids, registrations, Runnable::run, new SharedUserDevices(1_000).ofAccount(Duration.ofMinutes(5)));

    @BeforeEach
    void register() {
        credentials.loadOrCreate();
        credentials.update(own ->
                own.toBuilder().me(ME.withDevice(9)).lid(MY_LID.withDevice(9)).build());
        lids.learn(ME, MY_LID);
        handlers.register(new DeviceNotices(directory, registrations, lids, new KeyedLanes(Runnable::run, 100, 100)));
    }

    @Test
    void givenAKnownList_whenADeviceIsAdded_thenItIsKnownWithoutAQuery() throws Exception {
        know(BOB, BOB_LID, 0, 3);

        receive(notice(BOB, BOB_LID, "add", device(BOB, 5, 5), hash(BOB, 0, 3, 5), hash(BOB_LID, 0, 3, 5)));

        assertThat(known(BOB)).containsExactly(BOB_LID, BOB_LID.withDevice(3), BOB_LID.withDevice(5));
        assertThat(server.queries).hasSize(1);
    }

    @Test
    void givenAListKnownByLid_whenTheNoticeComesByNumber_thenItIsChangedToo() throws Exception {
        know(BOB_LID, null, 0);

        receive(notice(BOB, BOB_LID, "add", device(BOB, 5, 5), hash(BOB, 0, 5), null));

        assertThat(known(BOB_LID)).containsExactly(BOB_LID, BOB_LID.withDevice(5));
        assertThat(lids.counterpart(BOB)).contains(BOB_LID);
        assertThat(server.queries).hasSize(1);
    }

    @Test
    void givenADeviceThatIsNamedInBothForms_whenTheNoticeComes_thenThePairIsLearned() throws Exception {
        Node device = Node.builder("device")
                .attr("jid", BOB.withDevice(5))
                .attr("lid", BOB_LID.withDevice(5))
                .attr("key-index", 5)
                .build();

        receive(notice(BOB, null, "add", device, hash(BOB, 0, 5), null));

        assertThat(lids.counterpart(BOB_LID)).contains(BOB);
    }

    @Test
    void givenAKnownList_whenADeviceIsRemoved_thenItIsGoneAndSoIsTheSessionWithIt() throws Exception {
        know(BOB, BOB_LID, 0, 3);
        putSession("200000000000002_1.0");
        putSession("200000000000002_1.3");

        receive(notice(BOB, BOB_LID, "remove", device(BOB, 3, -1), hash(BOB, 0), hash(BOB_LID, 0)));

        assertThat(known(BOB)).containsExactly(BOB_LID);
        assertThat(server.queries).hasSize(1);
        assertThat(hasSession("200000000000002_1.0")).isTrue();
        assertThat(hasSession("200000000000002_1.3")).isFalse();
    }

    @Test
    void givenNoKnownList_whenADeviceIsRemoved_thenTheSessionGoesAndTheListIsStillAskedFor() throws Exception {
        putSession("15551230002.3");

        receive(notice(BOB, null, "remove", device(BOB, 3, -1), hash(BOB, 0), null));

        assertThat(hasSession("15551230002.3")).isFalse();
        directory.devicesOf(List.of(BOB));
        assertThat(server.queries).hasSize(1);
    }

    @Test
    void givenAListThatIsNotTheServers_whenANoticeComes_thenTheNextLookUpAsksAnew() throws Exception {
        know(BOB, BOB_LID, 0, 3);

        receive(notice(BOB, BOB_LID, "add", device(BOB, 5, 5), hash(BOB, 0, 3, 4, 5), null));

        directory.devicesOf(List.of(BOB));
        assertThat(server.queries).hasSize(2);
    }

    @Test
    void givenAHashOfTheLidsThatDiffers_whenANoticeComes_thenTheNextLookUpAsksAnew() throws Exception {
        know(BOB, BOB_LID, 0, 3);

        receive(notice(BOB, BOB_LID, "add", device(BOB, 5, 5), hash(BOB, 0, 3, 5), hash(BOB_LID, 0, 3)));

        directory.devicesOf(List.of(BOB));
        assertThat(server.queries).hasSize(2);
    }

    @Test
    void givenANoticeWithoutAHashOrOfAnUpdate_whenItComes_thenTheNextLookUpAsksAnew() throws Exception {
        know(BOB, BOB_LID, 0);
        receive(notice(BOB, BOB_LID, "add", device(BOB, 5, 5), null, null));
        directory.devicesOf(List.of(BOB));
        assertThat(server.queries).hasSize(2);
        server.answer(1, DeviceDirectoryTest.user(BOB, BOB_LID, 0));

        receive(Node.builder("notification")
                .attr("from", BOB)
                .child(Node.builder("update").attr("hash", "abcd").build())
                .build());

        directory.devicesOf(List.of(BOB));
        assertThat(server.queries).hasSize(3);
    }

    @Test
    void givenAnAddedCompanionWithoutKeyIndex_whenTheNoticeComes_thenItIsNotTaken() throws Exception {
        know(BOB, BOB_LID, 0);

        receive(notice(BOB, BOB_LID, "add", device(BOB, 5, -1), hash(BOB, 0), null));

        assertThat(known(BOB)).containsExactly(BOB_LID);
    }

    @Test
    void givenAQueryUnderWay_whenANoticeComes_thenTheOlderAnswerDoesNotHideTheNewDevice() throws Exception {
        CompletableFuture<List<Jid>> devices = directory.devicesOf(List.of(BOB));

        receive(notice(BOB, null, "add", device(BOB, 5, 5), hash(BOB, 0, 5), null));
        server.answer(0, DeviceDirectoryTest.user(BOB, null, 0));
        assertThat(server.queries).hasSize(2);
        server.answer(1, DeviceDirectoryTest.user(BOB, null, 0, 5));

        assertThat(devices.get(10, SECONDS)).containsExactly(BOB, BOB.withDevice(5));
        assertThat(known(BOB)).containsExactly(BOB, BOB.withDevice(5));
        assertThat(server.queries).hasSize(2);
    }

    @Test
    void givenADeviceOfSomebodyElse_whenTheNoticeComes_thenItIsRefusedAndTheListForgotten() throws Exception {
        know(BOB, null, 0);
        putSession("15551230001.3");

        CompletableFuture<Acknowledgement> handled = handlers.byType
                .get("devices")
                .handle(notice(BOB, null, "remove", device(ME, 3, -1), hash(BOB, 0), null))
                .toCompletableFuture();

        assertThatThrownBy(() -> handled.get(10, SECONDS)).hasCauseInstanceOf(ProtocolViolationException.class);
        assertThat(hasSession("15551230001.3")).isTrue();
        directory.devicesOf(List.of(BOB));
        assertThat(server.queries).hasSize(2);
    }

    @Test
    void givenTheOwnListInFull_whenItComes_thenItReplacesTheKnownOne() throws Exception {
        know(MY_LID, null, 0, 3, 9);
        putSession("100000000000001_1.3");

        receiveOwn(hash(ME, 0, 9, 11), 0, 9, 11);

        assertThat(known(MY_LID)).containsExactly(MY_LID, MY_LID.withDevice(9), MY_LID.withDevice(11));
        assertThat(server.queries).hasSize(1);
        assertThat(hasSession("100000000000001_1.3")).isFalse();
    }

    @Test
    void givenTheOwnListWithAnotherHashOrWithoutDevices_whenItComes_thenTheListIsAskedForAnew() throws Exception {
        know(MY_LID, null, 0, 9);
        receiveOwn(hash(ME, 0, 9, 10), 0, 9, 11);
        directory.devicesOf(List.of(MY_LID));
        assertThat(server.queries).hasSize(2);
        server.answer(1, DeviceDirectoryTest.user(MY_LID, null, 0, 9));

        receiveOwn(hash(ME, 0, 9));

        directory.devicesOf(List.of(MY_LID));
        assertThat(server.queries).hasSize(3);
    }

    @Test
    void givenOtherNewsOfTheOwnAccount_whenItComes_thenItIsForOtherAreas() {
        assertThat(handlers.byType).containsOnlyKeys("devices", "account_sync/devices");
    }

    private void know(Jid user, Jid lid, int... deviceIds) {
        directory.devicesOf(List.of(user));
        server.answer(0, DeviceDirectoryTest.user(user, lid, deviceIds));
    }

    private List<Jid> known(Jid user) throws Exception {
        return directory.devicesOf(List.of(user)).get(10, SECONDS);
    }

    private void receive(Node notice) throws Exception {
        handlers.byType.get("devices").handle(notice).toCompletableFuture().get(10, SECONDS);
    }

    private void receiveOwn(String hash, int... deviceIds) throws Exception {
        Node.Builder devices = Node.builder("devices").attr("dhash", hash);
        Arrays.stream(deviceIds).forEach(id -> devices.child(device(ME, id, id)));
        handlers.byType
                .get("account_sync/devices")
                .handle(Node.builder("notification")
                        .attr("from", ME)
                        .child(devices.build())
                        .build())
                .toCompletableFuture()
                .get(10, SECONDS);
    }

    private static Node notice(Jid user, Jid lid, String change, Node device, String hash, String lidHash) {
        return Node.builder("notification")
                .attr("from", user)
                .attr("type", "devices")
                .attrIfPresent("lid", lid)
                .child(Node.builder(change)
                        .attrIfPresent("device_hash", hash)
                        .attrIfPresent("device_lid_hash", lidHash)
                        .child(device)
                        .build())
                .build();
    }

    private static Node device(Jid user, int id, int keyIndex) {
        Node.Builder device = Node.builder("device").attr("jid", user.withDevice(id));
        return (keyIndex < 0 ? device : device.attr("key-index", keyIndex)).build();
    }

    private static String hash(Jid user, int... deviceIds) {
        return ParticipantHash.of(
                Arrays.stream(deviceIds).mapToObj(user::withDevice).toList());
    }

    private void putSession(String key) {
        store.transact(tx -> {
            tx.put(StoreTable.SESSIONS, key, new byte[] {1});
            return true;
        });
    }

    private boolean hasSession(String key) {
        return store.transact(tx -> tx.get(StoreTable.SESSIONS, key) != null);
    }
}
