package dev.waxwing.testkit;

import dev.waxwing.model.Jid;
import dev.waxwing.testkit.admin.AdminArea;
import dev.waxwing.testkit.area.Areas;
import dev.waxwing.testkit.server.Connections;
import dev.waxwing.testkit.server.Faults;
import dev.waxwing.testkit.server.Journal;
import dev.waxwing.testkit.server.JournalEntry;
import dev.waxwing.testkit.server.ScanRefusedException;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.ServerClock;
import dev.waxwing.testkit.server.ServerCore;
import dev.waxwing.testkit.server.World;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A server for tests: speaks the service's protocol on the loopback address and simulates the phones. Any number may run in
 * one JVM; each has accounts, keys and certificates of its own.
 *
 * <pre>{@code
 * try (LoopbackServer server = LoopbackServer.start()) {
 *     // connect to server.uri(), trusting server.caCertificate() and server.noiseRootPublicKey()
 *     server.phone("Alice").scanQr(qrText);
 * }
 * }</pre>
 *
 * <p>All methods may be called from any thread; those that look into the server wait for its thread, for milliseconds.
 */
public final class LoopbackServer implements AutoCloseable {

    private final ServerCore core;

    LoopbackServer(ServerCore core) {
        this.core = core;
    }

    /**
     * Starts a server on free ports, lenient, with neither seed group nor bootstrap.
     *
     * @return a server that accepts clients, to be closed
     */
    public static LoopbackServer start() {
        return builder().start();
    }

    /**
     * Sets a server up.
     *
     * @return a builder with the defaults of {@link #start()}
     */
    public static LoopbackServerBuilder builder() {
        return new LoopbackServerBuilder();
    }

    static LoopbackServer start(LoopbackServerBuilder builder) {
        List<ServerArea> areas = new ArrayList<>(Areas.all());
        areas.add(new AdminArea());
        return new LoopbackServer(ServerCore.start(builder.settings(), areas));
    }

    /**
     * Where clients connect.
     *
     * @return {@code wss://127.0.0.1:<port>/ws/chat}
     */
    public URI uri() {
        return URI.create("wss://127.0.0.1:" + core.port() + "/ws/chat");
    }

    /**
     * Where clients connect without TLS, to look at the traffic.
     *
     * @return {@code ws://127.0.0.1:<port>/ws/chat}
     */
    public URI cleartextUri() {
        return URI.create("ws://127.0.0.1:" + core.cleartextPort() + "/ws/chat");
    }

    /**
     * The port of TLS clients, HTTPS included.
     *
     * @return the port
     */
    public int port() {
        return core.port();
    }

    /**
     * What a client's TLS must trust.
     *
     * @return the certificate authority
     */
    public X509Certificate caCertificate() {
        return core.caCertificate();
    }

    /**
     * What a client's TLS must trust, as text.
     *
     * @return the certificate authority in PEM
     */
    public String caPem() {
        return world().caPem();
    }

    /**
     * What a client's Noise handshake must trust.
     *
     * @return the root key, 32 bytes
     */
    public byte[] noiseRootPublicKey() {
        return world().noiseRootPublicKey();
    }

    /**
     * The clock of all time stamps.
     *
     * @return the clock, to set and advance
     */
    public ServerClock clock() {
        return world().clock();
    }

    /**
     * The phone of an account, which is made if there is none of that name.
     *
     * @param account the account's name; a client that registers with it as push name becomes its companion
     * @return the phone
     */
    public Phone phone(String account) {
        return new Phone(world(), world().ask(() -> world().accounts().named(account)));
    }

    /**
     * The phones of all accounts.
     *
     * @return in order of creation; a snapshot
     */
    public List<Phone> accounts() {
        return world().ask(() -> world().accounts().all().stream()
                .map(account -> new Phone(world(), account))
                .toList());
    }

    /**
     * Scans a QR code with the phone of whichever account the client's push name selects.
     *
     * @param qrText as shown, with or without the link before it
     * @return the phone that scanned
     * @throws ScanRefusedException if the code is not what a waiting client shows
     */
    public Phone scanQr(String qrText) {
        return new Phone(world(), world().ask(() -> world().scan(qrText, Optional.empty())));
    }

    /**
     * Every stanza so far.
     *
     * @return the journal
     */
    public Journal journal() {
        return world().journal();
    }

    /**
     * Stanzas that no area of the server took.
     *
     * @return oldest first
     */
    public List<JournalEntry> unhandled() {
        return journal().unhandled();
    }

    /**
     * What the server does wrong on purpose.
     *
     * @return the faults
     */
    public Faults faults() {
        return world().faults();
    }

    /**
     * The clients that are connected.
     *
     * @return the connections
     */
    public Connections connections() {
        return world().connections();
    }

    /**
     * Sets the mode of connections to come.
     *
     * @param strict whether odd input is answered as the real service answers it
     */
    public void strict(boolean strict) {
        world().ask(() -> {
            world().strict(strict);
            return true;
        });
    }

    /**
     * Finds the phone of an address.
     *
     * @param jid by phone number or LID
     * @return the phone of that account, or nothing if there is none
     */
    public Optional<Phone> phoneOf(Jid jid) {
        return world().ask(() -> world().accounts().find(jid)).map(account -> new Phone(world(), account));
    }

    World world() {
        return core.world();
    }

    /** Closes every connection and ends the server's thread; what waits for the journal is cancelled. */
    @Override
    public void close() {
        core.close();
    }
}
