package dev.waxwing.internal.stream;

import dev.waxwing.internal.crypto.RandomBytes;
import dev.waxwing.internal.noise.CertificateVerifier;
import dev.waxwing.internal.stream.link.ClientProfile;
import dev.waxwing.internal.stream.link.LinkConfig;
import dev.waxwing.internal.stream.link.WireObserver;
import dev.waxwing.internal.transport.TransportConfig;
import dev.waxwing.model.ClientVersion;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How the stream behaves. Immutable; made by {@link #builder()}. */
public final class StreamConfig {

    private final LinkConfig link;
    private final ClientProfile profile;
    private final Duration loginTimeout;
    private final Duration hookTimeout;
    private final Duration requestTimeout;
    private final KeepAlivePolicy keepAlive;
    private final BackoffPolicy backoff;
    private final int softInboundLimit;
    private final int hardInboundLimit;
    private final @Nullable Supplier<? extends CompletionStage<ClientVersion>> versionLookup;
    private final DoubleSupplier random;

    private StreamConfig(Builder builder) {
        this.link = new LinkConfig(
                builder.transport,
                new CertificateVerifier(builder.serverRootKey, builder.clock),
                builder.handshakeTimeout,
                builder.wireObserver);
        this.profile = builder.profile;
        this.loginTimeout = builder.loginTimeout;
        this.hookTimeout = builder.hookTimeout;
        this.requestTimeout = builder.requestTimeout;
        this.keepAlive = builder.keepAlive;
        this.backoff = builder.backoff;
        this.softInboundLimit = builder.softInboundLimit;
        this.hardInboundLimit = builder.hardInboundLimit;
        this.versionLookup = builder.versionLookup;
        this.random = builder.random;
    }

    /**
     * Starts from the defaults named at each setter.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** How each connection is made. */
    LinkConfig link() {
        return link;
    }

    ClientProfile profile() {
        return profile;
    }

    Duration loginTimeout() {
        return loginTimeout;
    }

    Duration hookTimeout() {
        return hookTimeout;
    }

    Duration requestTimeout() {
        return requestTimeout;
    }

    KeepAlivePolicy keepAlive() {
        return keepAlive;
    }

    BackoffPolicy backoff() {
        return backoff;
    }

    int softInboundLimit() {
        return softInboundLimit;
    }

    int hardInboundLimit() {
        return hardInboundLimit;
    }

    Optional<Supplier<? extends CompletionStage<ClientVersion>>> versionLookup() {
        return Optional.ofNullable(versionLookup);
    }

    DoubleSupplier random() {
        return random;
    }

    /** Builds a {@link StreamConfig}; not safe for use by several threads. */
    public static final class Builder {

        private TransportConfig transport = TransportConfig.builder().build();
        private ClientProfile profile = ClientProfile.DEFAULT;
        private byte[] serverRootKey = CertificateVerifier.serviceRootKey();
        private Clock clock = Clock.systemUTC();
        private Duration handshakeTimeout = Duration.ofSeconds(20);
        private Duration loginTimeout = Duration.ofSeconds(20);
        private Duration hookTimeout = Duration.ofSeconds(60);
        private Duration requestTimeout = Duration.ofSeconds(60);
        private KeepAlivePolicy keepAlive = KeepAlivePolicy.DEFAULT;
        private BackoffPolicy backoff = BackoffPolicy.DEFAULT;
        private int softInboundLimit = 512;
        private int hardInboundLimit = 8_192;
        private @Nullable Supplier<? extends CompletionStage<ClientVersion>> versionLookup;
        private DoubleSupplier random = RandomBytes::nextFraction;
        private @Nullable WireObserver wireObserver;

        private Builder() {}

        /**
         * Where and how to connect. Default: the service.
         *
         * @param transport the configuration
         * @return this builder
         */
        public Builder transport(TransportConfig transport) {
            this.transport = Objects.requireNonNull(transport, "transport");
            return this;
        }

        /**
         * What the client says of itself. Default {@link ClientProfile#DEFAULT}.
         *
         * @param profile the profile
         * @return this builder
         */
        public Builder profile(ClientProfile profile) {
            this.profile = Objects.requireNonNull(profile, "profile");
            return this;
        }

        /**
         * The root of the server's Noise certificates. Default: the service's.
         *
         * @param rootKey public key, 32 bytes
         * @return this builder
         */
        public Builder serverRootKey(byte[] rootKey) {
            if (rootKey.length != 32) {
                throw new IllegalArgumentException("rootKey must be 32 bytes but was " + rootKey.length);
            }
            this.serverRootKey = rootKey.clone();
            return this;
        }

        /**
         * The clock that the validity of certificates is judged by. Default: the system's.
         *
         * @param clock the clock
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * How long the Noise handshake may take. Default 20 s (whatsmeow, whatsapp-rust).
         *
         * @param timeout a positive time
         * @return this builder
         */
        public Builder handshakeTimeout(Duration timeout) {
            this.handshakeTimeout = requirePositive(timeout, "handshakeTimeout");
            return this;
        }

        /**
         * How long the server may take for its first word after the handshake. Default 20 s.
         *
         * @param timeout a positive time
         * @return this builder
         */
        public Builder loginTimeout(Duration timeout) {
            this.loginTimeout = requirePositive(timeout, "loginTimeout");
            return this;
        }

        /**
         * How long each login hook may take. Default 60 s.
         *
         * @param timeout a positive time
         * @return this builder
         */
        public Builder hookTimeout(Duration timeout) {
            this.hookTimeout = requirePositive(timeout, "hookTimeout");
            return this;
        }

        /**
         * How long a request waits for its answer. Default 60 s (Baileys).
         *
         * @param timeout a positive time
         * @return this builder
         */
        public Builder requestTimeout(Duration timeout) {
            this.requestTimeout = requirePositive(timeout, "requestTimeout");
            return this;
        }

        /**
         * Pings. Default {@link KeepAlivePolicy#DEFAULT}.
         *
         * @param policy the policy
         * @return this builder
         */
        public Builder keepAlive(KeepAlivePolicy policy) {
            this.keepAlive = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Delays between connections. Default {@link BackoffPolicy#DEFAULT}.
         *
         * @param policy the policy
         * @return this builder
         */
        public Builder backoff(BackoffPolicy policy) {
            this.backoff = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * How many stanzas may be with their handlers before reading stops: above the soft limit unless an answer is
         * awaited, above the hard limit in any case. What one read of the network has brought is handled all the same.
         * Default 512 and 8192, which leaves room in the queue of one chat: a stanza that finds it full is not handled
         * and waits for the next login.
         *
         * @param soft positive
         * @param hard not below the soft limit
         * @return this builder
         */
        public Builder inboundLimits(int soft, int hard) {
            if (soft < 1 || hard < soft) {
                throw new IllegalArgumentException("limits must be 1 <= soft <= hard but were " + soft + ", " + hard);
            }
            this.softInboundLimit = soft;
            this.hardInboundLimit = hard;
            return this;
        }

        /**
         * Asked once for a current version when the server refuses this one (failure 405). Default: none, the stream
         * stops.
         *
         * @param lookup starts the look-up without blocking
         * @return this builder
         */
        public Builder versionLookup(Supplier<? extends CompletionStage<ClientVersion>> lookup) {
            this.versionLookup = Objects.requireNonNull(lookup, "lookup");
            return this;
        }

        /**
         * What varies keep-alive intervals and delays. Default: a random number each time.
         *
         * @param random gives 0 (inclusive) to 1 (exclusive)
         * @return this builder
         */
        public Builder random(DoubleSupplier random) {
            this.random = Objects.requireNonNull(random, "random");
            return this;
        }

        /**
         * Measures what happens below the stream. Default: nobody does, and nothing is measured.
         *
         * @param observer told of each stanza
         * @return this builder
         */
        public Builder wireObserver(WireObserver observer) {
            this.wireObserver = Objects.requireNonNull(observer, "observer");
            return this;
        }

        /**
         * Freezes the configuration.
         *
         * @return the configuration
         */
        public StreamConfig build() {
            return new StreamConfig(this);
        }

        private static Duration requirePositive(Duration value, String name) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException(name + " must be positive but was " + value);
            }
            return value;
        }
    }
}
