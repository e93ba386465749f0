package dev.waxwing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.ClientVersion;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.UserDevicesCache;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Socket} connects and behaves. Immutable; only the store has no default.
 *
 * <pre>{@code
 * SocketConfig config = SocketConfig.builder()
 *         .store(SqliteStore.at(Path.of("account.db")))
 *         .queryTimeout(Duration.ofSeconds(30))
 *         .build();
 * }</pre>
 */
public final class SocketConfig {

    /** Where the service listens. */
    public static final URI SERVICE_URI = URI.create("wss://web.whatsapp.com/ws/chat");

    private static final byte[] SERVICE_NOISE_ROOT =
            HexFormat.of().parseHex("142375574d0a587166aae71ebe516437c4a28b73e3695c6ce1f7f9545da8ee6b");
    private static final int KEY_BYTES = 32;
    private static final int MAX_OUTBOX = 15_000;

    /** What was sent is remembered for so long. */
    private static final Duration MAX_OUTBOX_AGE = Duration.ofDays(7);

    private final Builder values;

    private SocketConfig(Builder values) {
        this.values = values;
    }

    /**
     * Starts a configuration with every default in place.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts a configuration from this one.
     *
     * @return a new builder with this configuration's values
     */
    public Builder toBuilder() {
        return new Builder(values);
    }

    /**
     * The account's store.
     *
     * @return the store
     */
    public AccountStore store() {
        return requireNonNull(values.store);
    }

    /**
     * The server's address.
     *
     * @return a {@code wss} or {@code ws} address
     */
    public URI uri() {
        return values.uri;
    }

    /**
     * The key that the server's Noise certificates must lead to.
     *
     * @return a copy of the key, 32 bytes
     */
    public byte[] noiseRootPublicKey() {
        return values.noiseRootPublicKey.clone();
    }

    /**
     * The certificates that TLS trusts.
     *
     * @return the certificates; empty for those of the JVM
     */
    public List<X509Certificate> trustedCertificates() {
        return values.trustedCertificates;
    }

    /**
     * The proxy to go through.
     *
     * @return the proxy, empty for none
     */
    public Optional<Proxy> proxy() {
        return Optional.ofNullable(values.proxy);
    }

    /**
     * Extra headers of the WebSocket request.
     *
     * @return names and values in the order given
     */
    public Map<String, String> headers() {
        return Map.copyOf(values.headers);
    }

    /**
     * How long connecting may take, Noise handshake included.
     *
     * @return a positive time
     */
    public Duration connectTimeout() {
        return values.connectTimeout;
    }

    /**
     * How long a request waits for its answer.
     *
     * @return a positive time
     */
    public Duration queryTimeout() {
        return values.queryTimeout;
    }

    /**
     * How long the future of a sent message waits.
     *
     * @return a positive time
     */
    public Duration sendTimeout() {
        return values.sendTimeout;
    }

    /**
     * How long a message waits for the server's acknowledgement before it goes out again.
     *
     * @return a positive time
     */
    public Duration ackTimeout() {
        return values.ackTimeout;
    }

    /**
     * How many messages may be on their way to the server.
     *
     * @return a positive number
     */
    public int outboxLimit() {
        return values.outboxLimit;
    }

    /**
     * How old a message may become in the outbox.
     *
     * @return a positive time
     */
    public Duration outboxExpiry() {
        return values.outboxExpiry;
    }

    /**
     * The longest silence before the server is asked for a sign of life.
     *
     * @return a positive time
     */
    public Duration keepAliveInterval() {
        return values.keepAliveInterval;
    }

    /**
     * How long the server may take to give that sign before the connection counts as dead.
     *
     * @return a positive time
     */
    public Duration keepAliveTimeout() {
        return values.keepAliveTimeout;
    }

    /**
     * The longest wait between two attempts to reconnect.
     *
     * @return a positive time
     */
    public Duration maxReconnectDelay() {
        return values.maxReconnectDelay;
    }

    /**
     * How long the first QR code of a connection is good for.
     *
     * @return a positive time
     */
    public Duration firstQrTimeout() {
        return values.firstQrTimeout;
    }

    /**
     * How long each further QR code is good for.
     *
     * @return a positive time
     */
    public Duration nextQrTimeout() {
        return values.nextQrTimeout;
    }

    /**
     * The application's own cache of device lists.
     *
     * @return the cache, or empty if the built-in one is used
     */
    public Optional<UserDevicesCache> userDevicesCache() {
        return Optional.ofNullable(values.userDevicesCache);
    }

    /**
     * How long the built-in cache uses a device list before it is asked for again.
     *
     * @return a positive time
     */
    public Duration userDevicesCacheTtl() {
        return values.userDevicesCacheTtl;
    }

    /**
     * The announced client version.
     *
     * @return the version
     */
    public ClientVersion version() {
        return values.version;
    }

    /**
     * Where the version is looked up once if the service refuses the announced one.
     *
     * @return the look-up, empty if there is none
     */
    public Optional<Supplier<? extends CompletionStage<ClientVersion>>> versionLookup() {
        return Optional.ofNullable(values.versionLookup);
    }

    /**
     * How this device introduces itself when it is linked.
     *
     * @return the browser
     */
    public Browser browser() {
        return values.browser;
    }

    /**
     * The display name to announce before the phone has told it.
     *
     * @return the name, empty for none
     */
    public Optional<String> pushName() {
        return Optional.ofNullable(values.pushName);
    }

    /**
     * Whether to announce the account as available after each login.
     *
     * @return true to announce
     */
    public boolean markOnlineOnConnect() {
        return values.markOnlineOnConnect;
    }

    /**
     * Whether authors are told that their messages were read or played.
     *
     * @return true to tell them
     */
    public boolean readReceipts() {
        return values.readReceipts;
    }

    /**
     * Whether {@code message.trace} events are published.
     *
     * @return true to publish
     */
    public boolean tracePipeline() {
        return values.tracePipeline;
    }

    /**
     * Whose threads the socket shares.
     *
     * @return the runtime, empty for that of all sockets that name none
     */
    public Optional<Waxwing> runtime() {
        return Optional.ofNullable(values.runtime);
    }

    /**
     * Runs this socket's encryption and storage.
     *
     * @return the executor, empty for the workers of the runtime
     */
    public Optional<Executor> executor() {
        return Optional.ofNullable(values.executor);
    }

    /**
     * How often one message is asked for again, or sent again to one device.
     *
     * @return a positive number
     */
    public int maxRetries() {
        return values.maxRetries;
    }

    /**
     * The application's own archive of sent messages.
     *
     * @return answers empty for a message it does not have
     */
    public Function<MessageKey, CompletionStage<Optional<Message>>> getMessage() {
        return values.getMessage;
    }

    /**
     * How long the sender of a message that could not be decrypted has to send it again before the own phone is asked.
     *
     * @return a positive time
     */
    public Duration placeholderResendDelay() {
        return values.placeholderResendDelay;
    }

    /**
     * What happens when a listener of messages throws.
     *
     * @return the policy
     */
    public ListenerRetry listenerRetry() {
        return values.listenerRetry;
    }

    /**
     * The clock for message times and certificate validity.
     *
     * @return the clock
     */
    public Clock clock() {
        return values.clock;
    }

    /** Collects values; each setter checks what it is given. Not thread-safe. */
    public static final class Builder {

        private @Nullable AccountStore store;
        private URI uri = SERVICE_URI;
        private byte[] noiseRootPublicKey = SERVICE_NOISE_ROOT;
        private List<X509Certificate> trustedCertificates = List.of();
        private @Nullable Proxy proxy;
        private Map<String, String> headers = new LinkedHashMap<>();
        private Duration connectTimeout = Duration.ofSeconds(20);
        private Duration queryTimeout = Duration.ofSeconds(60);
        private Duration sendTimeout = Duration.ofSeconds(75);
        private Duration ackTimeout = Duration.ofSeconds(20);
        private int outboxLimit = 10_000;
        private Duration outboxExpiry = Duration.ofHours(24);
        private Duration keepAliveInterval = Duration.ofSeconds(25);
        private Duration keepAliveTimeout = Duration.ofSeconds(10);
        private Duration maxReconnectDelay = Duration.ofMinutes(15);
        private Duration firstQrTimeout = Duration.ofSeconds(60);
        private Duration nextQrTimeout = Duration.ofSeconds(20);
        private @Nullable UserDevicesCache userDevicesCache;
        private Duration userDevicesCacheTtl = Duration.ofMinutes(5);
        private ClientVersion version = ClientVersion.DEFAULT;
        private @Nullable Supplier<? extends CompletionStage<ClientVersion>> versionLookup;
        private Browser browser = Browser.DEFAULT;
        private @Nullable String pushName;
        private boolean markOnlineOnConnect;
        private boolean readReceipts = true;
        private boolean tracePipeline;
        private @Nullable Executor executor;
        private @Nullable Waxwing runtime;
        private Clock clock = Clock.systemUTC();
        private int maxRetries = 5;
        private Function<MessageKey, CompletionStage<Optional<Message>>> getMessage =
                key -> CompletableFuture.completedFuture(Optional.empty());
        private Duration placeholderResendDelay = Duration.ofSeconds(5);
        private ListenerRetry listenerRetry = ListenerRetry.DEFAULT;

        private Builder() {}

        private Builder(Builder other) {
            store = other.store;
            uri = other.uri;
            noiseRootPublicKey = other.noiseRootPublicKey;
            trustedCertificates = other.trustedCertificates;
            proxy = other.proxy;
            headers = new LinkedHashMap<>(other.headers);
            connectTimeout = other.connectTimeout;
            queryTimeout = other.queryTimeout;
            sendTimeout = other.sendTimeout;
            ackTimeout = other.ackTimeout;
            outboxLimit = other.outboxLimit;
            outboxExpiry = other.outboxExpiry;
            keepAliveInterval = other.keepAliveInterval;
            keepAliveTimeout = other.keepAliveTimeout;
            maxReconnectDelay = other.maxReconnectDelay;
            firstQrTimeout = other.firstQrTimeout;
            nextQrTimeout = other.nextQrTimeout;
            userDevicesCache = other.userDevicesCache;
            userDevicesCacheTtl = other.userDevicesCacheTtl;
            version = other.version;
            versionLookup = other.versionLookup;
            browser = other.browser;
            pushName = other.pushName;
            markOnlineOnConnect = other.markOnlineOnConnect;
            readReceipts = other.readReceipts;
            tracePipeline = other.tracePipeline;
            executor = other.executor;
            runtime = other.runtime;
            clock = other.clock;
            maxRetries = other.maxRetries;
            getMessage = other.getMessage;
            placeholderResendDelay = other.placeholderResendDelay;
            listenerRetry = other.listenerRetry;
        }

        /**
         * Where the account lives. Required. The socket does not close it.
         *
         * @param store an open store that nothing else uses
         * @return this builder
         */
        public Builder store(AccountStore store) {
            this.store = requireNonNull(store, "store");
            return this;
        }

        /**
         * The server's address; default {@link SocketConfig#SERVICE_URI}.
         *
         * @param uri a {@code wss} or {@code ws} address with a host
         * @return this builder
         */
        public Builder uri(URI uri) {
            String scheme = uri.getScheme();
            if ((!"wss".equals(scheme) && !"ws".equals(scheme)) || uri.getHost() == null) {
                throw new IllegalArgumentException("uri must be wss://host… or ws://host… but was " + uri);
            }
            this.uri = uri;
            return this;
        }

        /**
         * The root key of the server's Noise certificates; default the service's. The loopback server has its own.
         *
         * @param key 32 bytes
         * @return this builder
         */
        public Builder noiseRootPublicKey(byte[] key) {
            if (key.length != KEY_BYTES) {
                throw new IllegalArgumentException("noise root key must have 32 bytes but has " + key.length);
            }
            this.noiseRootPublicKey = key.clone();
            return this;
        }

        /**
         * What TLS trusts instead of the JVM's certificates; default the JVM's. Host names are always verified.
         *
         * @param certificates roots to trust; empty for the JVM's
         * @return this builder
         */
        public Builder trustedCertificates(Collection<X509Certificate> certificates) {
            this.trustedCertificates = List.copyOf(certificates);
            return this;
        }

        /**
         * The proxy to go through; default none.
         *
         * @param proxy the proxy
         * @return this builder
         */
        public Builder proxy(Proxy proxy) {
            this.proxy = requireNonNull(proxy, "proxy");
            return this;
        }

        /**
         * Adds a header to the WebSocket request.
         *
         * @param name the header's name
         * @param value the header's value
         * @return this builder
         */
        public Builder header(String name, String value) {
            headers.put(requireNonNull(name, "name"), requireNonNull(value, "value"));
            return this;
        }

        /**
         * How long connecting may take, Noise handshake included; default 20 s.
         *
         * @param timeout positive
         * @return this builder
         */
        public Builder connectTimeout(Duration timeout) {
            this.connectTimeout = requirePositive(timeout, "connectTimeout");
            return this;
        }

        /**
         * How long a request waits for its answer; default 60 s.
         *
         * @param timeout positive
         * @return this builder
         */
        public Builder queryTimeout(Duration timeout) {
            this.queryTimeout = requirePositive(timeout, "queryTimeout");
            return this;
        }

        /**
         * How long the future of a sent message waits, from the call; default 75 s. After that it fails: with
         * {@link dev.waxwing.error.ConnectionLostException} if the message could not be stored for the want of a connection, and then it is
         * not sent; with {@link dev.waxwing.error.RequestTimeoutException} if it was stored, and then it stays in the outbox.
         *
         * @param timeout positive
         * @return this builder
         */
        public Builder sendTimeout(Duration timeout) {
            this.sendTimeout = requirePositive(timeout, "sendTimeout");
            return this;
        }

        /**
         * How long a message waits for the server's acknowledgement before the same bytes go out again; default 20 s. If they are not
         * acknowledged then either, and nothing else was, the connection counts as lost.
         *
         * @param timeout positive
         * @return this builder
         */
        public Builder ackTimeout(Duration timeout) {
            this.ackTimeout = requirePositive(timeout, "ackTimeout");
            return this;
        }

        /**
         * How many messages may be on their way to the server, stored (be it by an earlier run) or about to be; default 10,000. A message
         * beyond that is not taken: its future fails at once with {@link dev.waxwing.error.OutboxFullException}.
         *
         * @param messages 1 to 15,000, which is what one connection can wait for
         * @return this builder
         */
        public Builder outboxLimit(int messages) {
            if (messages < 1 || messages > MAX_OUTBOX) {
                throw new IllegalArgumentException("outboxLimit must be 1 to " + MAX_OUTBOX + " but was " + messages);
            }
            this.outboxLimit = messages;
            return this;
        }

        /**
         * How old a message may become in the outbox; default 24 h. An older one is not sent any more: {@code messages.update} tells so with
         * {@link dev.waxwing.model.MessageStatus#ERROR}, after a restart too, and a future that still waits fails with
         * {@link dev.waxwing.error.MessageExpiredException}.
         *
         * @param age positive, at most 7 days
         * @return this builder
         */
        public Builder outboxExpiry(Duration age) {
            if (requirePositive(age, "outboxExpiry").compareTo(MAX_OUTBOX_AGE) > 0) {
                throw new IllegalArgumentException("outboxExpiry must be at most 7 days but was " + age);
            }
            this.outboxExpiry = age;
            return this;
        }

        /**
         * The longest silence before the server is asked for a sign of life; default 25 s, shortened at random by up to a
         * fifth so that many sockets do not ask in step.
         *
         * @param interval positive
         * @return this builder
         */
        public Builder keepAliveInterval(Duration interval) {
            this.keepAliveInterval = requirePositive(interval, "keepAliveInterval");
            return this;
        }

        /**
         * How long the server may take to give that sign before the connection counts as dead; default 10 s.
         *
         * @param timeout positive
         * @return this builder
         */
        public Builder keepAliveTimeout(Duration timeout) {
            this.keepAliveTimeout = requirePositive(timeout, "keepAliveTimeout");
            return this;
        }

        /**
         * The longest wait between two attempts to reconnect; default 15 min. The waits grow up to it.
         *
         * @param delay positive
         * @return this builder
         */
        public Builder maxReconnectDelay(Duration delay) {
            this.maxReconnectDelay = requirePositive(delay, "maxReconnectDelay");
            return this;
        }

        /**
         * How long QR codes are good for; default 60 s for the first and 20 s for each further one, as the service's own
         * clients have it.
         *
         * @param first positive
         * @param next positive
         * @return this builder
         */
        public Builder qrTimeouts(Duration first, Duration next) {
            this.firstQrTimeout = requirePositive(first, "first");
            this.nextQrTimeout = requirePositive(next, "next");
            return this;
        }

        /**
         * Where device lists are remembered; by default in memory, 20,000 people for {@link #userDevicesCacheTtl(Duration)} each.
         *
         * @param cache the application's own, for instance one shared by several processes
         * @return this builder
         */
        public Builder userDevicesCache(UserDevicesCache cache) {
            this.userDevicesCache = requireNonNull(cache, "userDevicesCache");
            return this;
        }

        /**
         * How long the built-in cache uses a device list before it is asked for again; default 300 s. Without meaning for a cache given
         * by {@link #userDevicesCache(UserDevicesCache)}.
         *
         * @param ttl positive
         * @return this builder
         */
        public Builder userDevicesCacheTtl(Duration ttl) {
            this.userDevicesCacheTtl = requirePositive(ttl, "userDevicesCacheTtl");
            return this;
        }

        /**
         * The announced client version; default {@link ClientVersion#DEFAULT}.
         *
         * @param version the version
         * @return this builder
         */
        public Builder version(ClientVersion version) {
            this.version = requireNonNull(version, "version");
            return this;
        }

        /**
         * Where to look the version up if the service refuses the announced one as too old (failure 405); default nowhere: the library asks
         * no address that the application did not choose. The look-up is started once, given 20 seconds, and its answer is announced once; if
         * there is none, or it is refused too, the socket ends with {@link dev.waxwing.error.ClientOutdatedException}.
         *
         * @param lookup starts the look-up; must not block, for it runs on the event loop
         * @return this builder
         */
        public Builder versionLookup(Supplier<? extends CompletionStage<ClientVersion>> lookup) {
            this.versionLookup = requireNonNull(lookup, "lookup");
            return this;
        }

        /**
         * How this device introduces itself when it is linked; default {@link Browser#DEFAULT}.
         *
         * @param browser the browser
         * @return this builder
         */
        public Builder browser(Browser browser) {
            this.browser = requireNonNull(browser, "browser");
            return this;
        }

        /**
         * The display name to announce before the phone has told it; default none.
         *
         * @param name not empty
         * @return this builder
         */
        public Builder pushName(String name) {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("name must not be empty");
            }
            this.pushName = name;
            return this;
        }

        /**
         * Whether to announce the account as available after each login; default false, which leaves notifications on the
         * phone alone.
         *
         * @param announce true to announce
         * @return this builder
         */
        public Builder markOnlineOnConnect(boolean announce) {
            this.markOnlineOnConnect = announce;
            return this;
        }

        /**
         * Whether authors are told that their messages were read or played; default true. With false {@link Socket#readMessages} and
         * {@link Socket#sendReceipts} tell only the account's own devices, as for an account whose privacy setting is so.
         *
         * @param tell true to tell them
         * @return this builder
         */
        public Builder readReceipts(boolean tell) {
            this.readReceipts = tell;
            return this;
        }

        /**
         * Whether to publish {@code message.trace} events; default false, since measuring costs a little for each message.
         *
         * @param trace true to publish
         * @return this builder
         */
        public Builder tracePipeline(boolean trace) {
            this.tracePipeline = trace;
            return this;
        }

        /**
         * Whose threads the socket shares; default those of all sockets that name none. A shared runtime is what lets one process hold
         * thousands of sockets with a few dozen threads.
         *
         * @param runtime an open runtime; not closed by the socket
         * @return this builder
         */
        public Builder runtime(Waxwing runtime) {
            this.runtime = requireNonNull(runtime, "runtime");
            return this;
        }

        /**
         * Runs this socket's encryption and storage in place of the runtime's workers. Tasks may block. Sockets that are given the same
         * executor share it without limits; {@link Waxwing.Builder#workers} shares one with limits. Listeners run on the runtime's
         * listener threads all the same, so that one that blocks cannot hold up the reply that it waits for.
         *
         * @param executor not closed by the socket
         * @return this builder
         */
        public Builder executor(Executor executor) {
            this.executor = requireNonNull(executor, "executor");
            return this;
        }

        /**
         * The clock for message times and certificate validity; default the system's.
         *
         * @param clock the clock
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = requireNonNull(clock, "clock");
            return this;
        }

        /**
         * How often one message that cannot be decrypted is asked for, or sent again to one device that asks; default 5.
         *
         * @param retries positive
         * @return this builder
         */
        public Builder maxRetries(int retries) {
            if (retries < 1) {
                throw new IllegalArgumentException("retries must be positive but was " + retries);
            }
            this.maxRetries = retries;
            return this;
        }

        /**
         * How long the sender of a message that could not be decrypted has to send it again before the account's own phone is asked for it;
         * default 5 s, as peer whatsmeow has it. What the phone has arrives like any other message, and never twice. Messages older than 14 days
         * are not asked for.
         *
         * @param delay positive
         * @return this builder
         */
        public Builder placeholderResendDelay(Duration delay) {
            this.placeholderResendDelay = requirePositive(delay, "placeholderResendDelay");
            return this;
        }

        /**
         * What happens when a listener of messages throws. Default {@link ListenerRetry#DEFAULT}: it is called up to five times, over
         * some nine seconds.
         *
         * @param retry the policy
         * @return this builder
         */
        public Builder listenerRetry(ListenerRetry retry) {
            this.listenerRetry = requireNonNull(retry, "retry");
            return this;
        }

        /**
         * The application's own archive of sent messages, asked when another device wants a message again that the account's
         * store does not know any more. The store keeps what was sent for 7 days, so most applications need none.
         *
         * @param archive answers with the message as it was sent, or empty; called on the account's executor, and given up
         *     after 30 seconds. The key's {@code remoteJid} and {@code remoteJidAlt} are the person who asks: answer only with a
         *     message of that id that went to that person, or whoever learns an id could ask for its content
         * @return this builder
         */
        public Builder getMessage(Function<MessageKey, CompletionStage<Optional<Message>>> archive) {
            this.getMessage = requireNonNull(archive, "archive");
            return this;
        }

        /**
         * Freezes the values.
         *
         * @return the configuration
         * @throws IllegalStateException if no store was given
         */
        public SocketConfig build() {
            if (store == null) {
                throw new IllegalStateException(
                        "store must be set: for example SqliteStore.at(Path.of(\"account.db\"))");
            }
            return new SocketConfig(new Builder(this));
        }

        private static Duration requirePositive(Duration value, String name) {
            if (value.isZero() || value.isNegative()) {
                throw new IllegalArgumentException(name + " must be positive but was " + value);
            }
            return value;
        }
    }
}
