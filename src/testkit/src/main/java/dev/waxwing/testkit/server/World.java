package dev.waxwing.testkit.server;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.http.TlsIdentity;
import dev.waxwing.testkit.noise.NoiseIdentity;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Accounts;
import dev.waxwing.testkit.state.ClientLink;
import dev.waxwing.testkit.state.Device;
import dev.waxwing.testkit.state.SeededRandom;
import dev.waxwing.testkit.state.ServerSettings;
import dev.waxwing.testkit.state.ShiftedClock;
import dev.waxwing.testkit.traffic.Faults;
import dev.waxwing.testkit.traffic.Journal;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The one place that knows the server's thread, and the root of its state. Areas get it when they register.
 *
 * <p>One event loop runs all sockets and owns all state. {@link #tell} and {@link #ask} come in from other threads;
 * every other method is for the world's thread, unless it says otherwise.
 */
public final class World {

    private final ServerState state;
    private final Connections connections;
    private final Pairing pairing;
    private final CodePairing codes;
    private final Logins logins;
    private final TlsIdentity tls;
    private int port;

    World(ServerState state, TlsIdentity tls) {
        this.state = state;
        NoiseIdentity noise =
                new NoiseIdentity(state.random(), state.settings().clock().instant());
        this.logins = new Logins(state);
        this.pairing = new Pairing(state, logins);
        this.codes = new CodePairing(state, pairing);
        this.connections = new Connections(state, noise, pairing, logins);
        this.tls = tls;
    }

    /**
     * How the server was set up.
     *
     * @return the settings
     */
    public ServerSettings settings() {
        return state.settings();
    }

    /**
     * The clock of all time stamps. Safe for use by several threads.
     *
     * @return the clock
     */
    public ShiftedClock clock() {
        return state.clock();
    }

    /**
     * All chance.
     *
     * @return the seeded source
     */
    public SeededRandom random() {
        return state.random();
    }

    /**
     * The stanzas so far. Safe for use by several threads.
     *
     * @return the journal
     */
    public Journal journal() {
        return state.journal();
    }

    /**
     * What the server does wrong on purpose. Safe for use by several threads.
     *
     * @return the faults
     */
    public Faults faults() {
        return state.faults();
    }

    /**
     * All accounts.
     *
     * @return the accounts
     */
    public Accounts accounts() {
        return state.accounts();
    }

    /**
     * The clients that are connected. Safe for use by several threads.
     *
     * @return the connections
     */
    public Connections connections() {
        return connections;
    }

    /**
     * What the client's TLS must trust. Safe for use by several threads.
     *
     * @return the certificate authority in PEM
     */
    public String caPem() {
        return tls.authorityPem();
    }

    /**
     * What the client's Noise handshake must trust. Safe for use by several threads.
     *
     * @return the root key, 32 bytes, a copy
     */
    public byte[] noiseRootPublicKey() {
        return connections.noiseRootPublicKey();
    }

    /** Goes on with another static Noise key under the same root. */
    public void renewNoiseKey() {
        connections.renewNoiseKey();
    }

    /**
     * A phone scans a QR code; pair-success is on its way when this returns.
     *
     * @param qrText as shown, with or without the link before it
     * @param owner whose phone scans; if absent the push name of the client decides
     * @return the account that the client becomes a companion of
     * @throws ScanRefusedException if the code is not what a waiting client shows
     */
    public Account scan(String qrText, Optional<Account> owner) {
        return pairing.scan(qrText, owner);
    }

    /**
     * A phone's owner types a pairing code.
     *
     * @param owner whose phone
     * @param code as shown, with or without a dash, upper or lower case
     * @return completes when pair-success is on its way; fails with {@link ScanRefusedException} if no client waits for
     *     the phone, or the code is another than the client's
     */
    public CompletableFuture<Account> enterPairingCode(Account owner, String code) {
        return codes.enter(owner, code);
    }

    CodePairing codes() {
        return codes;
    }

    /**
     * Ends the link of a companion: it is told so if it is connected, and refused when it comes again.
     *
     * @param device the companion
     */
    public void remove(Device device) {
        logins.remove(device);
    }

    /**
     * A phone is installed anew: its account gets new keys, and every companion loses its link.
     *
     * @param account whose phone
     */
    public void reinstall(Account account) {
        account.companions().forEach(this::remove);
        state.accounts().reinstall(account);
        state.handlers().reinstalled(account);
    }

    /**
     * Answers a question of a device that has no connection, as a simulated phone.
     *
     * @param device who asks
     * @param iq complete, with an id
     * @return the answer: a result or an error
     * @throws IllegalStateException if the answer does not come at once
     */
    public Node request(Device device, Node iq) {
        PhoneLink link = new PhoneLink(device, isStrict());
        IqExchange exchange = new IqExchange(link, clock(), iq);
        if (!state.handlers().answer(exchange)) {
            exchange.error(501, "feature-not-implemented");
        }
        return link.answer();
    }

    Logins logins() {
        return logins;
    }

    /**
     * Whether odd input is answered as the real service answers it. One connection may differ:
     * {@link ClientLink#isStrict()}.
     *
     * @return the mode of new connections
     */
    public boolean isStrict() {
        return connections.isStrict();
    }

    /**
     * Sets the mode of new connections.
     *
     * @param strict whether odd input is answered as the real service answers it
     */
    public void strict(boolean strict) {
        connections.strict(strict);
    }

    /**
     * Where clients reach the server by TLS, as media URLs name it.
     *
     * @return host and port
     */
    public String authority() {
        return "127.0.0.1:" + port;
    }

    void listensOn(int port) {
        this.port = port;
    }

    /**
     * Gives a device a stanza: through the offline queue if an area brought one, else only while it is active.
     *
     * @param device to whom, the phone included
     * @param stanza complete, with its id
     */
    public void deliver(Device device, Node stanza) {
        state.handlers().delivery().deliver(device, stanza);
    }

    /**
     * Gives every device of an account a stanza, the phone included.
     *
     * @param account to whom
     * @param stanza complete, with its id
     */
    public void deliver(Account account, Node stanza) {
        account.devices().forEach(device -> deliver(device, stanza));
    }

    /**
     * Draws an id for a stanza of the server's.
     *
     * @return unique within this server
     */
    public String nextId() {
        return state.nextId();
    }

    /**
     * Runs something on the world's thread: at once if this is that thread, soon otherwise. Any thread.
     *
     * @param task what to do
     */
    public void tell(Runnable task) {
        state.thread().tell(task);
    }

    /**
     * Runs something on the world's thread and waits for it. Any thread.
     *
     * @param <T> what it answers with
     * @param question what to run; what it throws is thrown here
     * @return its answer
     * @throws IllegalStateException if the server is closed, or does not answer for 30 seconds
     */
    public <T> T ask(Supplier<T> question) {
        return state.thread().ask(question);
    }

    /**
     * Runs something later on the world's thread, in real time whatever the clock was set to. Any thread.
     *
     * @param delay how much later
     * @param task what to do
     * @return cancels it
     */
    public ScheduledFuture<?> later(Duration delay, Runnable task) {
        return state.thread().later(delay, task);
    }
}
