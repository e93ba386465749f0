package dev.waxwing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.ClientVersion;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The server, the way to it, and how long it may take to answer; a section of {@link SocketConfig}. Not thread-safe.
 */
public final class ConnectionConfig extends ConfigSection<ConnectionConfig> {

    private static final int KEY_BYTES = 32;

    /** A token of RFC 9110, 5.6.2. */
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}");

    /** A field value of RFC 9110, 5.5, without what is not ASCII. */
    private static final Pattern HEADER_VALUE = Pattern.compile("(?:[!-~](?:[ -~\t]{0,8190}[!-~])?)?");

    /** Null for the service's. */
    @Nullable
    URI uri;

    /** Null for the service's. */
    byte @Nullable [] noiseRootPublicKey;

    List<X509Certificate> trustedCertificates = List.of();

    @Nullable
    Proxy proxy;

    Map<String, String> headers = Map.of();
    Duration connectTimeout = Duration.ofSeconds(20);
    Duration queryTimeout = Duration.ofSeconds(60);
    Duration keepAliveInterval = Duration.ofSeconds(25);
    Duration keepAliveTimeout = Duration.ofSeconds(10);
    Duration maxReconnectDelay = Duration.ofMinutes(15);
    ClientVersion version = ClientVersion.DEFAULT;

    @Nullable
    Supplier<? extends CompletionStage<ClientVersion>> versionLookup;

    ConnectionConfig() {}

    /**
     * The server's address; default the service's.
     *
     * @param uri a {@code wss} or {@code ws} address with a host and without a user
     * @return this section
     */
    public ConnectionConfig uri(URI uri) {
        String scheme = requireNonNull(uri, "uri").getScheme();
        if (!"wss".equals(scheme) && !"ws".equals(scheme)) {
            throw new IllegalArgumentException("uri must be wss://host… or ws://host… but its scheme is " + scheme);
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getPort() == 0 || uri.getPort() > 0xffff) {
            throw new IllegalArgumentException(
                    "uri must have a host, no user, and a port of 1 to 65535 if any: wss://host[:port]…");
        }
        this.uri = uri;
        return this;
    }

    /**
     * The root key of the server's Noise certificates; default the service's. The loopback server has its own.
     *
     * @param noiseRootPublicKey 32 bytes
     * @return this section
     */
    public ConnectionConfig noiseRootPublicKey(byte[] noiseRootPublicKey) {
        if (requireNonNull(noiseRootPublicKey, "noiseRootPublicKey").length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "noiseRootPublicKey must have 32 bytes but has " + noiseRootPublicKey.length);
        }
        this.noiseRootPublicKey = noiseRootPublicKey.clone();
        return this;
    }

    /**
     * What TLS trusts instead of the JVM's certificates; default the JVM's. Host names are always verified.
     *
     * @param trustedCertificates roots to trust; empty for the JVM's
     * @return this section
     */
    public ConnectionConfig trustedCertificates(Collection<X509Certificate> trustedCertificates) {
        for (X509Certificate certificate : requireNonNull(trustedCertificates, "trustedCertificates")) {
            requireNonNull(certificate, "a certificate of trustedCertificates");
        }
        this.trustedCertificates = List.copyOf(trustedCertificates);
        return this;
    }

    /**
     * The proxy to go through; default none.
     *
     * @param proxy the proxy
     * @return this section
     */
    public ConnectionConfig proxy(Proxy proxy) {
        this.proxy = requireNonNull(proxy, "proxy");
        return this;
    }

    /**
     * Adds a header to the WebSocket request, or replaces the one of that name.
     *
     * @param name the header's name, a token of RFC 9110
     * @param value printable ASCII, at most 8192 characters, spaces and tabs only between others; may be empty
     * @return this section
     */
    public ConnectionConfig header(String name, String value) {
        if (!HEADER_NAME.matcher(requireNonNull(name, "name")).matches()) {
            throw new IllegalArgumentException(
                    "name must be 1 to 256 letters, digits and !#$%&'*+.^_`|~- as an HTTP header's name is");
        }
        if (!HEADER_VALUE.matcher(requireNonNull(value, "value")).matches()) {
            throw new IllegalArgumentException("value of header " + name
                    + " must be printable ASCII, at most 8192 characters, without a line break or a space around");
        }
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        this.headers = more;
        return this;
    }

    /**
     * How long connecting may take, Noise handshake included; default 20 s.
     *
     * @param connectTimeout 1 ms to 7 days
     * @return this section
     */
    public ConnectionConfig connectTimeout(Duration connectTimeout) {
        this.connectTimeout = time(connectTimeout, "connectTimeout");
        return this;
    }

    /**
     * How long a request waits for its answer; default 60 s.
     *
     * @param queryTimeout 1 ms to 7 days
     * @return this section
     */
    public ConnectionConfig queryTimeout(Duration queryTimeout) {
        this.queryTimeout = time(queryTimeout, "queryTimeout");
        return this;
    }

    /**
     * The longest silence before the server is asked for a sign of life; default 25 s, shortened at random by up to a
     * fifth so that many sockets do not ask in step.
     *
     * @param keepAliveInterval 1 ms to 7 days
     * @return this section
     */
    public ConnectionConfig keepAliveInterval(Duration keepAliveInterval) {
        this.keepAliveInterval = time(keepAliveInterval, "keepAliveInterval");
        return this;
    }

    /**
     * How long the server may take to give that sign before the connection counts as dead; default 10 s.
     *
     * @param keepAliveTimeout 1 ms to 7 days
     * @return this section
     */
    public ConnectionConfig keepAliveTimeout(Duration keepAliveTimeout) {
        this.keepAliveTimeout = time(keepAliveTimeout, "keepAliveTimeout");
        return this;
    }

    /**
     * The longest wait between two attempts to reconnect; default 15 min. The waits grow up to it.
     *
     * @param maxReconnectDelay 1 ms to 7 days
     * @return this section
     */
    public ConnectionConfig maxReconnectDelay(Duration maxReconnectDelay) {
        this.maxReconnectDelay = time(maxReconnectDelay, "maxReconnectDelay");
        return this;
    }

    /**
     * The announced client version; default {@link ClientVersion#DEFAULT}.
     *
     * @param version the version
     * @return this section
     */
    public ConnectionConfig version(ClientVersion version) {
        this.version = requireNonNull(version, "version");
        return this;
    }

    /**
     * Where to look the version up if the service refuses the announced one as too old (failure 405); default nowhere:
     * the library asks no address that the application did not choose. The look-up is started once, given 20 seconds,
     * and its answer is announced once; if there is none, or it is refused too, the socket ends with
     * {@link dev.waxwing.error.ClientOutdatedException}.
     *
     * @param versionLookup starts the look-up; must not block, for it runs on the event loop
     * @return this section
     */
    public ConnectionConfig versionLookup(Supplier<? extends CompletionStage<ClientVersion>> versionLookup) {
        this.versionLookup = requireNonNull(versionLookup, "versionLookup");
        return this;
    }
}
