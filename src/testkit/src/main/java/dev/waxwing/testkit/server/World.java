package dev.waxwing.testkit.server;

import dev.waxwing.internal.binary.Node;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The one place that knows the server's thread, and the root of its state. Areas get it when they register.
 *
 * <p>One event loop runs all sockets and owns all state. {@link #tell} and {@link #ask} come in from other threads; every
 * other method is for the world's thread, unless it says otherwise.
 */
public final class World {

    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(30);

    private final EventLoop loop;
    private final ServerSettings settings;
    private final ServerClock clock;
    private final ServerRandom random;
    private final Journal journal;
    private final Faults faults;
    private final Accounts accounts;
    private final Registry registry;
    private final Connections connections;
    private final Pairing pairing;
    private final Logins logins;
    private final TlsIdentity tls;
    private boolean strict;
    private int port;

    World(EventLoop loop, ServerSettings settings, TlsIdentity tls) {
        this.loop = loop;
        this.settings = settings;
        this.clock = new ServerClock(settings.clock());
        this.random = new ServerRandom(settings.seed());
        this.journal = new Journal(this, settings.journalLimit());
        this.faults = new Faults(this);
        this.accounts = new Accounts(this);
        this.registry = new Registry(this);
        this.connections =
                new Connections(this, new NoiseIdentity(random, settings.clock().instant()));
        this.pairing = new Pairing(this);
        this.logins = new Logins(this);
        this.tls = tls;
        this.strict = settings.strict();
    }

    /**
     * How the server was set up.
     *
     * @return the settings
     */
    public ServerSettings settings() {
        return settings;
    }

    /**
     * The clock of all time stamps. Safe for use by several threads.
     *
     * @return the clock
     */
    public ServerClock clock() {
        return clock;
    }

    /**
     * All chance.
     *
     * @return the seeded source
     */
    public ServerRandom random() {
        return random;
    }

    /**
     * The stanzas so far. Safe for use by several threads.
     *
     * @return the journal
     */
    public Journal journal() {
        return journal;
    }

    /**
     * What the server does wrong on purpose. Safe for use by several threads.
     *
     * @return the faults
     */
    public Faults faults() {
        return faults;
    }

    /**
     * All accounts.
     *
     * @return the accounts
     */
    public Accounts accounts() {
        return accounts;
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
        accounts.reinstall(account);
        registry.reinstalled(account);
    }

    Registry registry() {
        return registry;
    }

    Pairing pairing() {
        return pairing;
    }

    Logins logins() {
        return logins;
    }

    /**
     * Whether odd input is answered as the real service answers it. One connection may differ:
     * {@link ServerConnection#isStrict()}.
     *
     * @return the mode of new connections
     */
    public boolean isStrict() {
        return strict;
    }

    /**
     * Sets the mode of new connections.
     *
     * @param strict whether odd input is answered as the real service answers it
     */
    public void strict(boolean strict) {
        this.strict = strict;
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
        registry.delivery().deliver(device, stanza);
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
        return registry.nextId();
    }

    /**
     * Runs something on the world's thread: at once if this is that thread, soon otherwise. Any thread.
     *
     * @param task what to do
     */
    public void tell(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
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
        if (loop.inEventLoop()) {
            return question.get();
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            loop.execute(() -> {
                try {
                    answer.complete(question.get());
                } catch (RuntimeException | Error e) {
                    answer.completeExceptionally(e);
                }
            });
            return answer.get(ASK_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new CompletionException(e.getCause());
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the server is closed", e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the server's thread did not answer within " + ASK_TIMEOUT, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the server", e);
        }
    }

    /**
     * Runs something later on the world's thread, in real time whatever the clock was set to. Any thread.
     *
     * @param delay how much later
     * @param task what to do
     * @return cancels it
     */
    public ScheduledFuture<?> later(Duration delay, Runnable task) {
        return loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }
}
