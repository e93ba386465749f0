package dev.waxwing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.event.EventKey;
import dev.waxwing.internal.runtime.AccountRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Makes a socket that has its listeners before it connects.
 *
 * <pre>{@code
 * Socket sock = Socket.builder(config)
 *         .on(Events.CONNECTION_UPDATE, update -> update.qr().ifPresent(TerminalQr::print))
 *         .on(Events.MESSAGES_UPSERT, (socket, batch) -> answer(socket, batch))
 *         .start();
 * }</pre>
 *
 * <p>Not thread-safe. May start several sockets one after the other, each with the same listeners, if the one before is
 * closed.
 */
public final class SocketBuilder {

    private final SocketConfig config;
    private final List<Consumer<Socket>> preparations = new ArrayList<>();

    SocketBuilder(SocketConfig config) {
        this.config = config;
    }

    /**
     * Adds a listener, as {@link dev.waxwing.event.EventBus#on} of {@link Socket#ev} does.
     *
     * @param key the event
     * @param listener called with each, one at a time, on the account's executor; may block
     * @param <T> what the event carries
     * @return this builder
     */
    public <T> SocketBuilder on(EventKey<T> key, Consumer<? super T> listener) {
        requireNonNull(key, "key");
        requireNonNull(listener, "listener");
        return beforeStart(socket -> socket.ev().on(key, listener));
    }

    /**
     * Adds a listener that uses the socket, for instance to answer.
     *
     * @param key the event
     * @param listener called with the socket and each, one at a time, on the account's executor; may block
     * @param <T> what the event carries
     * @return this builder
     */
    public <T> SocketBuilder on(EventKey<T> key, BiConsumer<? super Socket, ? super T> listener) {
        requireNonNull(key, "key");
        requireNonNull(listener, "listener");
        return beforeStart(socket -> socket.ev().on(key, payload -> listener.accept(socket, payload)));
    }

    /**
     * Prepares the socket itself before it connects: for {@link Socket#onMessages}, and for what several listeners
     * share.
     *
     * @param preparation called by {@link #start} with the socket, in the order given; if it throws, the socket is
     *     closed and {@code start} throws the same
     * @return this builder
     */
    public SocketBuilder beforeStart(Consumer<Socket> preparation) {
        preparations.add(requireNonNull(preparation, "preparation"));
        return this;
    }

    /**
     * Opens the account in the store, adds the listeners, and only then starts to connect. Returns at once;
     * {@code connection.update} tells how it goes. A store without credentials gets fresh ones, and QR codes are
     * published to link them.
     *
     * @return the socket, to be closed
     * @throws dev.waxwing.error.StoreFailedException if the store cannot be read or holds damaged credentials
     * @throws IllegalStateException if the store is in use by another open socket
     */
    public Socket start() {
        AccountRuntime account = AccountRuntime.open(new SocketSettings(config));
        Socket socket = new Socket(account);
        try {
            preparations.forEach(preparation -> preparation.accept(socket));
        } catch (RuntimeException | Error e) {
            socket.close();
            throw e;
        }
        account.start();
        return socket;
    }
}
