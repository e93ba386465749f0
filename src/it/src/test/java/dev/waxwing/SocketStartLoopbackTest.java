package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.waxwing.error.ClientOutdatedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.ConnectionUpdate.State;
import dev.waxwing.event.Events;
import dev.waxwing.leaks.Leftovers;
import dev.waxwing.model.ClientVersion;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import dev.waxwing.testkit.LoopbackServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * How a socket starts: with its listeners, with a version that the service refuses, at a server that forgets to ask for
 * a restart.
 */
final class SocketStartLoopbackTest {

    private final Leftovers leftovers = Leftovers.fromNow();
    private final LoopbackServer server = LoopbackServer.start();

    @RegisterExtension
    final Accounts accounts = new Accounts(server);

    private final AccountStore store = accounts.store();

    @AfterEach
    void stop() throws Exception {
        accounts.close();
        leftovers.assertNone();
    }

    @Test
    void givenListenersAddedBeforeTheStart_whenConnected_thenTheyHearTheFirstUpdate() throws Exception {
        List<State> heard = new CopyOnWriteArrayList<>();
        List<Socket> prepared = new ArrayList<>();

        Socket socket = Socket.builder(Client.config(server, store).build())
                .on(Events.CONNECTION_UPDATE, update -> heard.add(update.state()))
                .on(Events.CONNECTION_UPDATE, update -> update.qr().ifPresent(server.phone("alice")::scanQr))
                .beforeStart(prepared::add)
                .start();
        accounts.keep(socket);

        socket.whenOpen().get(Client.PATIENCE_SECONDS, SECONDS);
        assertThat(prepared).containsExactly(socket);
        assertThat(heard).startsWith(State.CONNECTING, State.PAIRING);
    }

    @Test
    void givenListenerThatUsesTheSocket_whenCalled_thenItIsToldWhichSocketItIs() throws Exception {
        CompletableFuture<Socket> told = new CompletableFuture<>();

        Socket socket = Socket.builder(Client.config(server, store).build())
                .on(Events.CONNECTION_UPDATE, (itself, update) -> told.complete(itself))
                .start();
        accounts.keep(socket);

        assertThat(told.get(Client.PATIENCE_SECONDS, SECONDS)).isSameAs(socket);
    }

    @Test
    void givenPreparationThatThrows_whenStarted_thenThrownAndTheStoreIsFree() {
        SocketConfig config = Client.config(server, store).build();

        assertThatIllegalStateException()
                .isThrownBy(() -> Socket.builder(config)
                        .beforeStart(socket -> {
                            throw new IllegalStateException("the application's own fault");
                        })
                        .start())
                .withMessage("the application's own fault");

        accounts.keep(Socket.connect(config));
    }

    @Test
    void givenServerThatNeverAsksToConnectAnew_whenLinked_thenTheSocketDoesSoByItself() throws Exception {
        server.faults().nextLinkingWithoutRestart();

        Client client = connect(config -> config);

        client.socket().whenOpen().get(Client.PATIENCE_SECONDS, SECONDS);
        assertThat(client.updates().all())
                .filteredOn(ConnectionUpdate::newLogin)
                .extracting(ConnectionUpdate::state)
                .containsExactly(State.OPEN);
    }

    @Test
    void givenVersionTooOld_whenTheLookupKnowsANewer_thenThatIsAnnouncedAndTheSocketOpens() throws Exception {
        List<String> lookups = new CopyOnWriteArrayList<>();
        refuseTheNextLogin();

        Client client = connect(config -> config.connection(connection -> connection.versionLookup(() -> {
            lookups.add("asked");
            return CompletableFuture.completedFuture(new ClientVersion(2, 3000, 2_000_000_000));
        })));

        client.socket().whenOpen().get(Client.PATIENCE_SECONDS, SECONDS);
        assertThat(lookups).hasSize(1);
    }

    @Test
    void givenVersionTooOld_whenThereIsNoLookup_thenTheSocketEndsAndSaysWhatToDo() throws Exception {
        refuseTheNextLogin();

        WaxwingException end = connect(config -> config).end();

        assertThat(end)
                .isInstanceOf(ClientOutdatedException.class)
                .hasMessageContaining("ConnectionConfig.version")
                .hasMessageContaining("versionLookup");
    }

    private void refuseTheNextLogin() throws Exception {
        Jid device;
        try (Client linked = Client.open(server, "alice", store)) {
            device = linked.device();
        }
        server.connections().failNextLogin(device, 405);
    }

    private Client connect(UnaryOperator<SocketConfig.Builder> options) {
        Client client = Client.connect(
                server, "alice", options.apply(Client.config(server, store)).build());
        accounts.keep(client);
        return client;
    }
}
