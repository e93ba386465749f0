package dev.waxwing.testkit;

import dev.waxwing.testkit.state.ServerSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Sets a {@link LoopbackServer} up. Not thread-safe. */
public final class LoopbackServerBuilder {

    private static final int MAX_PORT = 65_535;

    /** Where clients find the service, its media and its pictures. */
    private static final List<String> SERVICE_NAMES = List.of(
            "web.whatsapp.com",
            "g.whatsapp.net",
            "mmg.whatsapp.net",
            "mmg-fallback.cdn.whatsapp.net",
            "media.whatsapp.net",
            "pps.whatsapp.net",
            "static.whatsapp.net");

    private int port;
    private int cleartextPort;
    private boolean strict;
    private long seed = ThreadLocalRandom.current().nextLong();
    private Clock clock = Clock.systemUTC();
    private Optional<String> seedGroup = Optional.empty();
    private boolean phoneBootstrap;
    private Duration chatStateTtl = Duration.ofSeconds(3);
    private Duration latency = Duration.ZERO;
    private boolean gatherReceipts;
    private boolean statusStanzas;
    private final List<String> extraNames = new ArrayList<>();
    private int journalLimit = 10_000;
    private int maxBodyBytes = 100 << 20;
    private int maxAccounts = 10_000;

    LoopbackServerBuilder() {}

    /**
     * The port of TLS clients.
     *
     * @param port 0 to 65535; 0, the default, picks a free one
     * @return this builder
     */
    public LoopbackServerBuilder port(int port) {
        this.port = requirePort(port);
        return this;
    }

    /**
     * The port of clients without TLS.
     *
     * @param port 0 to 65535; 0, the default, picks a free one
     * @return this builder
     */
    public LoopbackServerBuilder cleartextPort(int port) {
        this.cleartextPort = requirePort(port);
        return this;
    }

    /**
     * Whether odd input is answered as the real service answers it.
     *
     * @param strict false, the default, accepts it and logs
     * @return this builder
     */
    public LoopbackServerBuilder strict(boolean strict) {
        this.strict = strict;
        return this;
    }

    /**
     * The seed of all chance in the server, so that a run can be repeated.
     *
     * @param seed any number; by default another one for each server
     * @return this builder
     */
    public LoopbackServerBuilder seed(long seed) {
        this.seed = seed;
        return this;
    }

    /**
     * The clock that time stamps follow until they are shifted by {@link LoopbackServer#clock()}.
     *
     * @param clock by default the system's
     * @return this builder
     */
    public LoopbackServerBuilder clock(Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
        return this;
    }

    /**
     * Makes every new account the sole member of a group.
     *
     * @param subject of the group; by default there is none
     * @return this builder
     */
    public LoopbackServerBuilder seedGroup(String subject) {
        this.seedGroup = Optional.of(subject);
        return this;
    }

    /**
     * Whether phones share with a new companion what a real one does, at its first login: the key of the app state,
     * the first history inline, and the push name.
     *
     * @param phoneBootstrap false by default
     * @return this builder
     */
    public LoopbackServerBuilder phoneBootstrap(boolean phoneBootstrap) {
        this.phoneBootstrap = phoneBootstrap;
        return this;
    }

    /**
     * How long a chat state waits for a device that is offline.
     *
     * @param ttl zero or more, by default 3 s
     * @return this builder
     */
    public LoopbackServerBuilder chatStateTtl(Duration ttl) {
        if (ttl.isNegative()) {
            throw new IllegalArgumentException("ttl must not be negative but was " + ttl);
        }
        this.chatStateTtl = ttl;
        return this;
    }

    /**
     * How long a stanza takes from one device to others, as over a network. The sender's own phone is half as far away.
     * The order in which stanzas reach a device is that in which they were accepted, save that answers of its phone may
     * come sooner.
     *
     * @param latency zero or more; zero, the default, passes everything on at once
     * @return this builder
     */
    public LoopbackServerBuilder latency(Duration latency) {
        if (latency.isNegative()) {
            throw new IllegalArgumentException("latency must not be negative but was " + latency);
        }
        this.latency = latency;
        return this;
    }

    /**
     * Whether the receipts of several members of a group for one message, while they wait for a device that is offline,
     * become one that names them all, as the service may send it. Baileys passes over such a receipt.
     *
     * @param gatherReceipts false by default
     * @return this builder
     */
    public LoopbackServerBuilder gatherReceipts(boolean gatherReceipts) {
        this.gatherReceipts = gatherReceipts;
        return this;
    }

    /**
     * Whether status posts are delivered as {@code <status>}, as the service does for some clients, and not as
     * {@code <message>}. Baileys passes over the former.
     *
     * @param statusStanzas false by default
     * @return this builder
     */
    public LoopbackServerBuilder statusStanzas(boolean statusStanzas) {
        this.statusStanzas = statusStanzas;
        return this;
    }

    /**
     * A DNS name the certificate is also valid for, for clients that a dialer redirects here.
     *
     * @param name beside {@code localhost}, {@code 127.0.0.1} and {@code ::1}
     * @return this builder
     */
    public LoopbackServerBuilder extraName(String name) {
        extraNames.add(Objects.requireNonNull(name, "name"));
        return this;
    }

    /**
     * Makes the certificate valid for the host names of the real service, too, for clients whose address is fixed and
     * whose dialer is redirected here.
     *
     * @return this builder
     */
    public LoopbackServerBuilder serviceNames() {
        SERVICE_NAMES.forEach(this::extraName);
        return this;
    }

    /**
     * How many stanzas the journal keeps, the newest.
     *
     * @param entries positive, by default 10000
     * @return this builder
     */
    public LoopbackServerBuilder journalLimit(int entries) {
        this.journalLimit = requirePositive(entries, "entries");
        return this;
    }

    /**
     * The longest HTTP body. Media uploads go to the disk and are not counted here.
     *
     * @param bytes positive, by default 100 MiB
     * @return this builder
     */
    public LoopbackServerBuilder maxBodyBytes(int bytes) {
        this.maxBodyBytes = requirePositive(bytes, "bytes");
        return this;
    }

    /**
     * How many accounts may exist, so that a runaway test fails cleanly.
     *
     * @param accounts positive, by default 10000
     * @return this builder
     */
    public LoopbackServerBuilder maxAccounts(int accounts) {
        this.maxAccounts = requirePositive(accounts, "accounts");
        return this;
    }

    /**
     * Starts the server.
     *
     * @return a server that accepts clients, to be closed
     * @throws java.io.UncheckedIOException if it cannot listen on a port
     */
    public LoopbackServer start() {
        return LoopbackServer.start(this);
    }

    ServerSettings settings() {
        return new ServerSettings(
                port,
                cleartextPort,
                strict,
                seed,
                clock,
                seedGroup,
                phoneBootstrap,
                chatStateTtl,
                latency,
                gatherReceipts,
                statusStanzas,
                extraNames,
                journalLimit,
                maxBodyBytes,
                maxAccounts);
    }

    private static int requirePort(int port) {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port must be 0 to " + MAX_PORT + " but was " + port);
        }
        return port;
    }

    private static int requirePositive(int value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be positive but was " + value);
        }
        return value;
    }
}
