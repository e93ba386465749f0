package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.ConnectionUpdate.State;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.store.AccountStore;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.noise.NoiseCourse;
import dev.waxwing.testkit.traffic.HandshakeFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A linked device meets its server again: one round trip less, and never less trust. Messages are counted, not time. */
final class ResumptionLoopbackTest {

    private static final NoiseCourse FULL = new NoiseCourse("XX", 3);
    private static final NoiseCourse RESUMED = new NoiseCourse("IK", 2);
    private static final NoiseCourse FALLEN_BACK = new NoiseCourse("XXfallback", 3);

    private final LoopbackServer server = LoopbackServer.start();

    @RegisterExtension
    final Accounts accounts = new Accounts(server);

    @Test
    void givenServerMetBefore_whenReconnected_thenTheHandshakeTakesARoundTripLess() throws Exception {
        Client alice = accounts.client("alice");
        assertThat(course(alice)).as("the first login").isEqualTo(FULL);

        reconnect(alice);
        assertThat(course(alice)).isEqualTo(RESUMED);

        reconnect(alice);
        assertThat(course(alice)).isEqualTo(RESUMED);
        Client bob = accounts.client("bob");
        Heard<?> atBob = bob.messages();
        alice.sent(bob, "as ever");
        atBob.awaitCount(1);
    }

    @Test
    void givenServerMetBefore_whenTheApplicationStartsAgain_thenItResumesByWhatTheStoreHolds() throws Exception {
        AccountStore store = accounts.store();
        try (Client first = accounts.client("alice", store)) {
            reconnect(first);
        }

        assertThat(course(accounts.client("alice", store))).isEqualTo(RESUMED);
    }

    @Test
    void givenServerWithANewKey_whenReconnected_thenFallbackAndTheNewKeyIsTheOneToResumeBy() throws Exception {
        Client alice = accounts.client("alice");
        server.renewNoiseKey();

        reconnect(alice);
        assertThat(course(alice)).isEqualTo(FALLEN_BACK);

        reconnect(alice);
        assertThat(course(alice)).isEqualTo(RESUMED);
    }

    @Test
    void givenServerThatDeclines_whenReconnected_thenFallbackInTheSameConnection() throws Exception {
        Client alice = accounts.client("alice");
        server.faults().nextHandshake(HandshakeFault.RESUMPTION_DECLINED);

        reconnect(alice);

        assertThat(course(alice)).isEqualTo(FALLEN_BACK);
    }

    @ParameterizedTest
    @EnumSource(names = {"FOREIGN_ROOT", "EXPIRED_CERTIFICATE", "FOREIGN_KEY"})
    void givenForgedCertificatesInTheFallback_whenReconnected_thenServerIsNotTrusted(HandshakeFault fault)
            throws Exception {
        Client alice = accounts.client("alice");
        server.faults().nextHandshake(fault);
        server.connections().close(alice.device(), 0);
        alice.socket().reconnectNow();

        assertThat(alice.end()).isInstanceOf(ServerNotTrustedException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"GARBLED", "TRUNCATED"})
    void givenSpoiledAnswer_whenReconnected_thenTypedFailureAndTheNextHandshakeIsAFullOne(HandshakeFault fault)
            throws Exception {
        AccountStore store = accounts.store();
        Client alice = accounts.client("alice", store);
        server.faults().nextHandshake(fault);
        int cut = lost(alice, () -> server.connections().close(alice.device(), 0));

        int spoiled = lost(alice, alice.socket()::reconnectNow);
        WaxwingException failure = alice.updates().all().get(spoiled).reason().orElseThrow();
        alice.socket().reconnectNow();
        awaitOpen(alice, spoiled);

        assertThat(spoiled).isGreaterThan(cut);
        assertThat(failure)
                .isInstanceOf(
                        fault == HandshakeFault.GARBLED
                                ? ProtocolViolationException.class
                                : ConnectionLostException.class);
        assertThat(course(alice)).isEqualTo(FULL);
        alice.close();
        assertThat(new CredentialsStore(store).load().orElseThrow().serverCertChain())
                .as("what the full handshake left")
                .isPresent();
    }

    private void reconnect(Client client) {
        int cut = lost(client, () -> server.connections().close(client.device(), 0));
        client.socket().reconnectNow();
        awaitOpen(client, cut);
    }

    /** Does what ends a connection or an attempt; gives which update says so. */
    private static int lost(Client client, Runnable deed) {
        int before = client.updates().all().size();
        deed.run();
        ConnectionUpdate told = client.updates()
                .awaitMatching(before, ResumptionLoopbackTest::isLoss, 1)
                .get(0);
        return client.updates().all().lastIndexOf(told);
    }

    /** Not linking's own restart, which is due at once. */
    private static boolean isLoss(ConnectionUpdate update) {
        return update.state() == State.RECONNECTING
                && !update.reconnectIn().orElseThrow().isZero();
    }

    private static void awaitOpen(Client client, int since) {
        client.updates().awaitMatching(since, update -> update.state() == State.OPEN, 1);
    }

    private NoiseCourse course(Client client) throws Exception {
        client.socket().whenOpen().get(Client.PATIENCE_SECONDS, SECONDS);
        return server.connections().list().stream()
                .filter(info -> info.device().filter(client.device()::equals).isPresent())
                .reduce((older, newer) -> newer)
                .orElseThrow()
                .handshake()
                .orElseThrow();
    }
}
