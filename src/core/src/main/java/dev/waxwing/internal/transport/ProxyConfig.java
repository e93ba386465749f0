package dev.waxwing.internal.transport;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The proxy that every connection of an account goes through. The name of the server is resolved by the proxy, never
 * locally; there is no fall-back to a direct connection.
 *
 * @param kind the protocol spoken with the proxy
 * @param host name or address of the proxy
 * @param port TCP port, 1 to 65535
 * @param username user name, or null for none
 * @param password password, or null for none; needs a user name
 */
public record ProxyConfig(
        Kind kind,
        String host,
        int port,
        @Nullable String username,
        @Nullable String password) {

    /** The protocol spoken with the proxy. */
    public enum Kind {
        /** HTTP {@code CONNECT} (RFC 9110, 9.3.6) with basic authentication. */
        HTTP_CONNECT,
        /** SOCKS version 5 (RFC 1928) with user name and password (RFC 1929). */
        SOCKS5
    }

    /**
     * Checks the values.
     *
     * @param kind the protocol spoken with the proxy
     * @param host name or address of the proxy
     * @param port TCP port, 1 to 65535
     * @param username user name, or null for none
     * @param password password, or null for none; needs a user name
     * @throws IllegalArgumentException if the host is blank, the port out of range, or only one of user name and
     *     password is given
     */
    public ProxyConfig {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(host, "host");
        if (host.isBlank()) {
            throw new IllegalArgumentException("host must not be blank");
        }
        if (port < 1 || port > 0xffff) {
            throw new IllegalArgumentException("port must be 1 to 65535 but was " + port);
        }
        if ((username == null) != (password == null)) {
            throw new IllegalArgumentException("username and password must be given together");
        }
    }

    /**
     * An HTTP proxy without credentials.
     *
     * @param host name or address of the proxy
     * @param port TCP port
     * @return the proxy
     */
    public static ProxyConfig http(String host, int port) {
        return new ProxyConfig(Kind.HTTP_CONNECT, host, port, null, null);
    }

    /**
     * A SOCKS5 proxy without credentials.
     *
     * @param host name or address of the proxy
     * @param port TCP port
     * @return the proxy
     */
    public static ProxyConfig socks5(String host, int port) {
        return new ProxyConfig(Kind.SOCKS5, host, port, null, null);
    }

    /**
     * The same proxy with credentials.
     *
     * @param user user name
     * @param secret password
     * @return the proxy
     */
    public ProxyConfig withCredentials(String user, String secret) {
        return new ProxyConfig(
                kind, host, port, Objects.requireNonNull(user, "user"), Objects.requireNonNull(secret, "secret"));
    }

    /** Shows where the proxy is, never its credentials. */
    @Override
    public String toString() {
        return "ProxyConfig[" + kind + " " + host + ":" + port + (username == null ? "" : ", with credentials") + "]";
    }
}
