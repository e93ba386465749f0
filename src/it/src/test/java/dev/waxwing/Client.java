package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.waxwing.error.WaxwingException;
import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.ConnectionUpdate.State;
import dev.waxwing.event.Events;
import dev.waxwing.model.Jid;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.testkit.LoopbackServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;

/**
 * A socket at a loopback server, linked by the phone of its name as soon as it shows a code, with what it published so
 * far.
 */
final class Client implements AutoCloseable {

    static final long PATIENCE_SECONDS = 60;

    private final Socket socket;
    private final Heard<ConnectionUpdate> updates;

    private Client(Socket socket) {
        this.socket = socket;
        this.updates = Heard.on(socket, Events.CONNECTION_UPDATE);
    }

    /** Trusts the server as it should be trusted. */
    static SocketConfig.Builder config(LoopbackServer server, AccountStore store) {
        return SocketConfig.builder()
                .store(store)
                .connection(connection -> connection
                        .uri(server.uri())
                        .noiseRootPublicKey(server.noiseRootPublicKey())
                        .trustedCertificates(List.of(server.caCertificate())));
    }

    /** Starts to connect. */
    static Client connect(LoopbackServer server, String name, SocketConfig config) {
        Client client = new Client(Socket.connect(config));
        client.socket
                .ev()
                .on(
                        Events.CONNECTION_UPDATE,
                        update -> update.qr().ifPresent(qr -> server.phone(name).scanQr(qr)));
        return client;
    }

    /** Connects, links if need be, and waits until it is open. */
    static Client open(LoopbackServer server, String name, AccountStore store) throws Exception {
        return open(server, name, store, config -> config);
    }

    static Client open(
            LoopbackServer server, String name, AccountStore store, UnaryOperator<SocketConfig.Builder> options)
            throws Exception {
        Client client = connect(
                server,
                name,
                options.apply(config(server, store).linking(linking -> linking.pushName(name)))
                        .build());
        client.socket.whenOpen().get(PATIENCE_SECONDS, SECONDS);
        return client;
    }

    Socket socket() {
        return socket;
    }

    Heard<ConnectionUpdate> updates() {
        return updates;
    }

    /** This device. */
    Jid device() {
        return socket.user().orElseThrow();
    }

    /** This account, as others write to it. */
    Jid jid() {
        return device().withoutDevice();
    }

    CompletableFuture<SentMessage> send(Client to, String text) {
        return socket.sendMessage(to.jid(), Content.text(text));
    }

    /** Sends and waits for the server's ack. */
    SentMessage sent(Client to, String text) throws Exception {
        return send(to, text).get(PATIENCE_SECONDS, SECONDS);
    }

    /** Listens to messages from now on. */
    Heard<WebMessage> messages() {
        Heard<WebMessage> heard = new Heard<>();
        socket.ev().on(Events.MESSAGES_UPSERT, batch -> batch.messages().forEach(heard));
        return heard;
    }

    /**
     * Waits until the connection is lost, for a reason of this type, and another attempt is due. Linking's own restart
     * does not count.
     */
    <E extends WaxwingException> E awaitInterruption(Class<E> type) {
        ConnectionUpdate update = updates.await(candidate -> candidate.state() == State.RECONNECTING
                && !candidate.reconnectIn().orElseThrow().isZero()
                && candidate.reason().filter(type::isInstance).isPresent());
        return type.cast(update.reason().orElseThrow());
    }

    /** Waits for the end for good and gives its reason. */
    WaxwingException end() throws Exception {
        return socket.whenClosed().get(PATIENCE_SECONDS, SECONDS);
    }

    /** Waits for a future to fail and gives why, as a caller of {@code get} sees it. */
    static Throwable failure(CompletableFuture<?> future) {
        Throwable thrown = catchThrowable(() -> future.get(PATIENCE_SECONDS, SECONDS));
        boolean wrapped = thrown instanceof ExecutionException || thrown instanceof CompletionException;
        return wrapped ? thrown.getCause() : thrown;
    }

    @Override
    public void close() {
        socket.close();
    }
}
