package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.ClientOutdatedException;
import dev.waxwing.error.ConnectionReplacedException;
import dev.waxwing.error.LoggedOutException;
import dev.waxwing.error.PairingFailedException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.error.TemporarilyBannedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.ConnectionUpdate.State;
import dev.waxwing.event.Events;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.HandshakeFault;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in which a socket ends for good, and those after which it must come back. */
final class SocketEndsIT {

    private final LoopbackServer server = LoopbackServer.start();

    @RegisterExtension
    final Accounts accounts = new Accounts(server);

    @Test
    void givenPhoneRemovesTheDevice_whenConnected_thenLoggedOutAndCredentialsAreArchived() throws Exception {
        AccountStore store = accounts.store();
        Client alice = accounts.keep(Client.open(server, "alice", store));
        Jid device = alice.device();

        server.phone("alice").removeCompanion(device);

        assertThat(alice.end()).isInstanceOf(LoggedOutException.class);
        assertEndedWithoutReconnect(alice);
        assertThat(credentialRows(store)).isNotEmpty().allMatch(key -> key.startsWith("archived/"));
        Client next = accounts.keep(Client.open(server, "alice", store));
        assertThat(next.device()).isNotEqualTo(device);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 406})
    void givenDeviceIsNoLongerLinked_whenItLogsIn_thenLoggedOutAndCredentialsAreArchived(int reason) throws Exception {
        AccountStore store = accounts.store();
        Client again = refusedAtLogin(store, reason);

        assertThat(again.end()).isInstanceOf(LoggedOutException.class);
        assertEndedWithoutReconnect(again);
        assertThat(credentialRows(store)).isNotEmpty().allMatch(key -> key.startsWith("archived/"));
    }

    @Test
    void givenBan_whenItLogsIn_thenEndsWithItAndKeepsTheCredentials() throws Exception {
        AccountStore store = accounts.store();
        Client again = refusedAtLogin(store, 402);

        assertThat(again.end()).isInstanceOf(TemporarilyBannedException.class);
        assertEndedWithoutReconnect(again);
        assertThat(credentialRows(store)).containsExactly("current");
    }

    @Test
    void givenOutdatedVersion_whenItLogsIn_thenEndsWithThatAndKeepsTheCredentials() throws Exception {
        AccountStore store = accounts.store();
        Client again = refusedAtLogin(store, 405);

        assertThat(again.end()).isInstanceOf(ClientOutdatedException.class);
        assertEndedWithoutReconnect(again);
        assertThat(credentialRows(store)).containsExactly("current");
    }

    @Test
    void givenRefusalNobodyKnows_whenItLogsIn_thenEndsWithItsCode() throws Exception {
        Client again = refusedAtLogin(accounts.store(), 429);

        WaxwingException end = again.end();
        assertThat(end).isInstanceOf(ServerRefusedException.class);
        assertThat(((ServerRefusedException) end).code()).isEqualTo(429);
        assertEndedWithoutReconnect(again);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503})
    void givenServerIsInTrouble_whenItLogsIn_thenItTriesAgainAndOpens(int reason) throws Exception {
        Client again = refusedAtLogin(accounts.store(), reason);

        ServerRefusedException refusal = again.awaitInterruption(ServerRefusedException.class);
        assertThat(refusal.code()).isEqualTo(reason);
        assertThat(again.updates()
                        .await(update -> update.state() == State.RECONNECTING)
                        .reconnectIn()
                        .orElseThrow())
                .isPositive();
        again.socket().reconnectNow();
        again.socket().whenOpen().get(Client.PATIENCE_SECONDS, SECONDS);
    }

    /** Links a device, and lets it log in again to be refused. */
    private Client refusedAtLogin(AccountStore store, int reason) throws Exception {
        Client linked = accounts.keep(Client.open(server, "alice", store));
        Jid device = linked.device();
        linked.close();
        server.connections().failNextLogin(device, reason);
        return accounts.keep(
                Client.connect(server, "alice", Client.config(server, store).build()));
    }

    @Test
    void givenSameDeviceConnectsElsewhere_whenServerTells_thenReplacedAndNoReconnect() throws Exception {
        Client alice = accounts.client("alice");

        server.connections().conflict(alice.device(), OptionalInt.empty(), "replaced");

        assertThat(alice.end()).isInstanceOf(ConnectionReplacedException.class);
        assertEndedWithoutReconnect(alice);
        assertThat(server.journal().entries(entry -> entry.is(Direction.OUT, "success")))
                .hasSize(1);
    }

    @Test
    void givenStoreInUse_whenSecondSocketConnects_thenTheCallItselfRefusesAndTheFirstGoesOn() throws Exception {
        AccountStore store = accounts.store();
        Client first = accounts.keep(Client.open(server, "alice", store));

        assertThatThrownBy(() -> Socket.connect(Client.config(server, store).build()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("in use");

        assertThat(first.socket().state()).isEqualTo(State.OPEN);
        first.close();
        accounts.keep(Client.open(server, "alice", store));
    }

    @Test
    void givenOpenSocket_whenLoggedOut_thenPhoneForgetsItAndNextStartIsFresh() throws Exception {
        AccountStore store = accounts.store();
        Client alice = accounts.keep(Client.open(server, "alice", store));
        Jid device = alice.device();

        alice.socket().logout().get(Client.PATIENCE_SECONDS, SECONDS);

        assertThat(alice.end()).isInstanceOf(LoggedOutException.class);
        assertThat(server.phone("alice").companions()).isEmpty();
        assertThat(credentialRows(store)).isNotEmpty().allMatch(key -> key.startsWith("archived/"));
        Client next = accounts.keep(Client.open(server, "alice", store));
        assertThat(next.device()).isNotEqualTo(device);
    }

    @Test
    void givenClosedSocket_whenUsed_thenCallsFailAsClosedAndClosingAgainIsHarmless() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");

        alice.close();
        alice.close();

        assertThat(alice.end()).isInstanceOf(SocketClosedException.class);
        assertThat(alice.socket().state()).isEqualTo(State.CLOSED);
        assertThat(Client.failure(alice.send(bob, "too late"))).isInstanceOf(SocketClosedException.class);
        assertThat(Client.failure(alice.socket().logout())).isInstanceOf(SocketClosedException.class);
        assertThat(alice.updates().all().stream().map(ConnectionUpdate::state)).endsWith(State.CLOSED);
    }

    @Test
    void givenCloseInsideTheListenerOfTheConnection_whenItIsCalled_thenTheSocketClosesWithoutWaitingForItself()
            throws Exception {
        Client alice = accounts.client("alice");
        CompletableFuture<State> afterClose = new CompletableFuture<>();
        alice.socket().ev().on(Events.CONNECTION_UPDATE, update -> {
            if (update.state() == State.RECONNECTING) {
                alice.close();
                // It cannot have ended yet, since the end is told to this listener, too.
                afterClose.complete(alice.socket().whenClosed().isDone() ? State.CLOSED : State.RECONNECTING);
            }
        });

        server.connections().close(alice.device(), 0);

        assertThat(afterClose.get(Client.PATIENCE_SECONDS, SECONDS)).isEqualTo(State.RECONNECTING);
        assertThat(alice.end()).isInstanceOf(SocketClosedException.class);
    }

    @Test
    void givenCloseInsideAMessageListener_whenItReturns_thenTheSocketHasClosedAndTheMessageIsDoneWith()
            throws Exception {
        Client alice = accounts.client("alice");
        AccountStore store = accounts.store();
        Client bob = accounts.keep(Client.open(server, "bob", store));
        Heard<String> heard = new Heard<>();
        bob.socket().ev().on(Events.MESSAGES_UPSERT, batch -> {
            heard.accept(batch.messages().get(0).text());
            bob.close();
        });

        alice.sent(bob, "the last one");

        assertThat(bob.end()).isInstanceOf(SocketClosedException.class);
        assertThat(heard.all()).containsExactly("the last one");
        List<StoreEntry> waiting = store.transact(tx -> tx.scanPrefix(StoreTable.INBOX, "m/", 10));
        assertThat(waiting).isEmpty();
    }

    @Test
    void givenConnectUnderWay_whenClosed_thenItEndsAtOnce() throws Exception {
        server.faults().nextHandshake(HandshakeFault.SILENT);
        Client alice = accounts.keep(Client.connect(
                server, "alice", Client.config(server, accounts.store()).build()));

        alice.close();

        assertThat(alice.end()).isInstanceOf(SocketClosedException.class);
        assertThat(Client.failure(alice.socket().whenOpen())).isInstanceOf(SocketClosedException.class);
        server.connections().whenNone().get(Client.PATIENCE_SECONDS, SECONDS);
    }

    @Test
    void givenPairingUnderWay_whenClosed_thenItEndsAtOnce() throws Exception {
        Socket unlinked = Socket.connect(Client.config(server, accounts.store()).build());
        accounts.keep(unlinked);
        Heard<ConnectionUpdate> updates = Heard.on(unlinked, Events.CONNECTION_UPDATE);
        updates.await(update -> update.qr().isPresent());

        unlinked.close();

        assertThat(unlinked.whenClosed().get(Client.PATIENCE_SECONDS, SECONDS))
                .isInstanceOf(SocketClosedException.class);
    }

    @Test
    void givenReconnectIsDue_whenClosed_thenItEndsWithoutIt() throws Exception {
        Client alice = accounts.client("alice");
        server.connections().streamError(alice.device(), 503);
        alice.updates()
                .await(update ->
                        update.state() == State.RECONNECTING && update.reason().isPresent());

        alice.close();

        assertThat(alice.end()).isInstanceOf(SocketClosedException.class);
    }

    @Test
    void givenNobodyScans_whenEveryCodeExpired_thenPairingFails() throws Exception {
        Socket unlinked = Socket.connect(Client.config(server, accounts.store())
                .linking(linking -> linking.qrTimeouts(Duration.ofMillis(1), Duration.ofMillis(1)))
                .build());
        accounts.keep(unlinked);

        assertThat(unlinked.whenClosed().get(Client.PATIENCE_SECONDS, SECONDS))
                .isInstanceOf(PairingFailedException.class);
        assertThat(Client.failure(unlinked.whenOpen())).isInstanceOf(PairingFailedException.class);
    }

    private static void assertEndedWithoutReconnect(Client client) {
        List<ConnectionUpdate> updates = client.updates().all();
        assertThat(updates.get(updates.size() - 1).state()).isEqualTo(State.CLOSED);
        assertThat(updates.get(updates.size() - 1).reason()).isPresent();
        // The restart that linking ends with is no failure.
        assertThat(updates)
                .filteredOn(update -> update.state() == State.RECONNECTING)
                .allMatch(update -> update.reconnectIn().orElseThrow().isZero());
    }

    private static List<String> credentialRows(AccountStore store) {
        return store.transact(tx -> tx.scanPrefix(StoreTable.CREDENTIALS, "", 10)).stream()
                .map(StoreEntry::key)
                .toList();
    }
}
