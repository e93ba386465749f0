package dev.waxwing.internal.transport;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where and how to connect. Immutable; made by {@link #builder()}. */
public final class TransportConfig {

    private final URI uri;
    private final Map<String, String> headers;
    private final TlsTrust trust;
    private final @Nullable ProxyConfig proxy;
    private final Duration connectTimeout;
    private final Duration closeTimeout;
    private final int maxMessageBytes;
    private final int lowWaterMark;
    private final int highWaterMark;

    private TransportConfig(Builder builder) {
        this.uri = builder.uri;
        this.headers = Map.copyOf(builder.headers);
        this.trust = builder.trust == null ? TlsTrust.platform() : builder.trust;
        this.proxy = builder.proxy;
        this.connectTimeout = builder.connectTimeout;
        this.closeTimeout = builder.closeTimeout;
        this.maxMessageBytes = builder.maxMessageBytes;
        this.lowWaterMark = builder.lowWaterMark;
        this.highWaterMark = builder.highWaterMark;
    }

    /**
     * Starts from the service's address and the defaults named at each setter.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts from this configuration.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.uri = uri;
        builder.headers.clear();
        builder.headers.putAll(headers);
        builder.trust = trust;
        builder.proxy = proxy;
        builder.connectTimeout = connectTimeout;
        builder.closeTimeout = closeTimeout;
        builder.maxMessageBytes = maxMessageBytes;
        builder.lowWaterMark = lowWaterMark;
        builder.highWaterMark = highWaterMark;
        return builder;
    }

    /**
     * The same way to another server, to speak plain HTTP with it over TLS.
     *
     * @param host name or address
     * @param port TCP port, 1 to 65535
     * @return the configuration for that server
     * @throws IllegalArgumentException if there can be no such server
     */
    public TransportConfig https(String host, int port) {
        Builder builder = toBuilder();
        try {
            builder.uri = new URI("https", null, Objects.requireNonNull(host, "host"), port, "/", null, null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("host must be a name or an address but was " + host, e);
        }
        if (builder.uri.getHost() == null || port < 1 || port > 0xffff) {
            throw new IllegalArgumentException("no server can be at " + host + ":" + port);
        }
        return new TransportConfig(builder);
    }

    /**
     * The server.
     *
     * @return a {@code ws}, {@code wss} or {@code https} URI with a host
     */
    public URI uri() {
        return uri;
    }

    boolean secure() {
        return uri.getScheme().equalsIgnoreCase("wss") || uri.getScheme().equalsIgnoreCase("https");
    }

    String host() {
        String host = uri.getHost();
        // An IPv6 literal stands in brackets in a URI, and nowhere else.
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        return uri.getPort() >= 0 ? uri.getPort() : secure() ? 443 : 80;
    }

    HttpHeaders httpHeaders() {
        HttpHeaders http = new DefaultHttpHeaders();
        headers.forEach(http::set);
        return http;
    }

    TlsTrust trust() {
        return trust;
    }

    Optional<ProxyConfig> proxy() {
        return Optional.ofNullable(proxy);
    }

    /**
     * How long look-up, TCP, proxy, TLS and upgrade may take together.
     *
     * @return a positive time
     */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    Duration closeTimeout() {
        return closeTimeout;
    }

    int maxMessageBytes() {
        return maxMessageBytes;
    }

    int lowWaterMark() {
        return lowWaterMark;
    }

    int highWaterMark() {
        return highWaterMark;
    }

    @Override
    public String toString() {
        return "TransportConfig[" + uri.getScheme() + "://" + uri.getAuthority() + uri.getPath()
                + (proxy == null ? "" : " by " + proxy) + "]";
    }

    /** Builds a {@link TransportConfig}; not safe for use by several threads. */
    public static final class Builder {

        private URI uri = URI.create("wss://web.whatsapp.com/ws/chat");
        private final Map<String, String> headers = new LinkedHashMap<>();
        private @Nullable TlsTrust trust;
        private @Nullable ProxyConfig proxy;
        private Duration connectTimeout = Duration.ofSeconds(20);
        private Duration closeTimeout = Duration.ofSeconds(2);
        private int maxMessageBytes = 1 << 24;
        private int lowWaterMark = 128 * 1024;
        private int highWaterMark = 512 * 1024;

        private Builder() {
            headers.put("origin", "https://web.whatsapp.com");
            headers.put("cache-control", "no-cache");
            headers.put("pragma", "no-cache");
        }

        /**
         * The server. Default {@code wss://web.whatsapp.com/ws/chat} (whatsmeow, Baileys).
         *
         * @param uri a {@code ws} or {@code wss} URI with a host and without user information
         * @return this builder
         * @throws IllegalArgumentException if it is another kind of URI
         */
        public Builder uri(URI uri) {
            Objects.requireNonNull(uri, "uri");
            String scheme = uri.getScheme();
            if (scheme == null || !(scheme.equalsIgnoreCase("ws") || scheme.equalsIgnoreCase("wss"))) {
                throw new IllegalArgumentException("uri must start with ws:// or wss:// but was " + uri);
            }
            if (uri.getHost() == null || uri.getRawUserInfo() != null) {
                throw new IllegalArgumentException("uri must have a host and no user information");
            }
            this.uri = uri;
            return this;
        }

        /**
         * Adds or replaces a header of the upgrade request. Default: {@code Origin: https://web.whatsapp.com},
         * {@code Cache-Control: no-cache}, {@code Pragma: no-cache} (whatsmeow); no {@code User-Agent}.
         *
         * @param name header name, in any case
         * @param value header value
         * @return this builder
         */
        public Builder header(String name, String value) {
            headers.put(
                    Objects.requireNonNull(name, "name").toLowerCase(Locale.ROOT),
                    Objects.requireNonNull(value, "value"));
            return this;
        }

        /**
         * Puts the routing blob into the URI as {@code ED}, as the web client does (whatsapp-rust notes); optional,
         * since the same blob goes in front of the handshake. A blob set before is replaced.
         *
         * @param routingInfo the blob, not empty
         * @return this builder
         */
        public Builder routingHint(byte[] routingInfo) {
            String hint = "ED=" + Base64.getUrlEncoder().withoutPadding().encodeToString(routingInfo);
            String path = uri.getRawPath() == null ? "" : uri.getRawPath();
            this.uri = URI.create(uri.getScheme() + "://" + uri.getRawAuthority() + path + "?" + hint);
            return this;
        }

        /**
         * Whom TLS trusts. Default {@link TlsTrust#platform()}.
         *
         * @param trust the trust
         * @return this builder
         */
        public Builder trust(TlsTrust trust) {
            this.trust = Objects.requireNonNull(trust, "trust");
            return this;
        }

        /**
         * The proxy to go through. Default none.
         *
         * @param proxy the proxy, or null for a direct connection
         * @return this builder
         */
        public Builder proxy(@Nullable ProxyConfig proxy) {
            this.proxy = proxy;
            return this;
        }

        /**
         * How long look-up, TCP, proxy, TLS and upgrade may take together. Default 20 s (Baileys, whatsapp-rust).
         *
         * @param connectTimeout a positive time
         * @return this builder
         */
        public Builder connectTimeout(Duration connectTimeout) {
            this.connectTimeout = requirePositive(connectTimeout, "connectTimeout");
            return this;
        }

        /**
         * How long an orderly close waits for the server's part of it. Default 2 s.
         *
         * @param closeTimeout a positive time
         * @return this builder
         */
        public Builder closeTimeout(Duration closeTimeout) {
            this.closeTimeout = requirePositive(closeTimeout, "closeTimeout");
            return this;
        }

        /**
         * Largest WebSocket message accepted, all its parts together. Default 16 MiB.
         *
         * @param maxMessageBytes at least 1 KiB
         * @return this builder
         */
        public Builder maxMessageBytes(int maxMessageBytes) {
            if (maxMessageBytes < 1024) {
                throw new IllegalArgumentException("maxMessageBytes must be >= 1024 but was " + maxMessageBytes);
            }
            this.maxMessageBytes = maxMessageBytes;
            return this;
        }

        /**
         * Bytes waiting to be written at which the channel becomes unwritable, and writable again. Default 512 KiB and
         * 128 KiB.
         *
         * @param low the lower mark, zero or more
         * @param high the upper mark, not below the lower
         * @return this builder
         */
        public Builder writeBufferWaterMarks(int low, int high) {
            if (low < 0 || high < low) {
                throw new IllegalArgumentException("marks must be 0 <= low <= high but were " + low + ", " + high);
            }
            this.lowWaterMark = low;
            this.highWaterMark = high;
            return this;
        }

        /**
         * Freezes the configuration.
         *
         * @return the configuration
         */
        public TransportConfig build() {
            return new TransportConfig(this);
        }

        private static Duration requirePositive(Duration value, String name) {
            if (Objects.requireNonNull(value, name).isNegative() || value.isZero()) {
                throw new IllegalArgumentException(name + " must be positive but was " + value);
            }
            return value;
        }
    }
}
