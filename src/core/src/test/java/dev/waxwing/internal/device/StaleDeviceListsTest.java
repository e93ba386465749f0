package dev.waxwing.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.ParticipantHash;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.model.Jid;
import dev.waxwing.store.MemoryStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class StaleDeviceListsTest {

    private static final Jid BOB = Jid.lid("200000000000002");
    private static final Jid ME = Jid.phone("15551230001").withDevice(9);
    private static final Jid MY_LID = Jid.lid("100000000000001").withDevice(9);

    private final MemoryStore store = MemoryStore.create();
    private final CredentialsStore credentials = new CredentialsStore(store);
    private final Credentials self =
            credentials.loadOrCreate().toBuilder().me(ME).lid(MY_LID).build();
    private final SilentServer server = new SilentServer();
    private final LidMappings lids = new LidMappings(store, new SignalSessions(store, credentials));
    private final DeviceDirectory directory = new DeviceDirectory(
            server,
            lids,
            new AccountRegistrations(self::self, lids, person -> {}),
            Runnable::run,
            new SharedUserDevices(1_000).ofAccount(Duration.ofMinutes(5)));
    private final StaleDeviceLists stale = new StaleDeviceLists(self::self, directory, Runnable::run);

    @BeforeEach
    void know() {
        lookUp();
        server.answer(
                0,
                DeviceDirectoryTest.user(BOB, null, 0),
                DeviceDirectoryTest.user(MY_LID.withoutDevice(), null, 0, 9));
    }

    @Test
    void givenTheSameView_whenAcknowledged_thenTheListsStay() {
        stale.acknowledged(message(), ack(null));
        stale.acknowledged(message(), ack(ParticipantHash.of(List.of(BOB, MY_LID.withDevice(0)))));
        stale.acknowledged(message(), ack(ParticipantHash.of(List.of(BOB, MY_LID.withDevice(0), MY_LID))));

        lookUp();
        assertThat(server.queries).hasSize(1);
    }

    @Test
    void givenAnotherView_whenAcknowledged_thenBothSidesAreAskedForAnewAndNotAgainAtOnce() {
        Node ack = ack(ParticipantHash.of(List.of(BOB, BOB.withDevice(4), MY_LID.withDevice(0))));
        stale.acknowledged(message(), ack);
        lookUp();
        assertThat(server.queries).hasSize(2);
        assertThat(server.queries
                        .get(1)
                        .requireChild("usync")
                        .requireChild("list")
                        .children("user"))
                .hasSize(2);
        server.answer(
                1,
                DeviceDirectoryTest.user(BOB, null, 0, 4),
                DeviceDirectoryTest.user(MY_LID.withoutDevice(), null, 0, 9));

        stale.acknowledged(message(), ack);
        lookUp();
        assertThat(server.queries).hasSize(2);
    }

    private void lookUp() {
        directory.devicesOf(List.of(BOB, MY_LID.withoutDevice()));
    }

    private static Node message() {
        return Node.builder("message")
                .attr("id", "3EB0")
                .attr("to", BOB)
                .child(Node.builder("participants")
                        .child(Node.builder("to").attr("jid", BOB).build())
                        .child(Node.builder("to")
                                .attr("jid", MY_LID.withDevice(0))
                                .build())
                        .build())
                .build();
    }

    private static Node ack(String hash) {
        return Node.builder("ack")
                .attr("id", "3EB0")
                .attrIfPresent("phash", hash)
                .build();
    }
}
