package dev.waxwing;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A proxy that the connection goes through. The address is resolved when connecting; the server's name is resolved by the proxy.
 *
 * @param kind the proxy's protocol
 * @param address where the proxy listens
 * @param credentials what the proxy wants to see, if anything
 */
public record Proxy(Kind kind, InetSocketAddress address, Optional<Credentials> credentials) {

    /**
     * Checks the parts.
     *
     * @param kind the proxy's protocol
     * @param address where the proxy listens
     * @param credentials what the proxy wants to see
     */
    public Proxy {
        requireNonNull(kind, "kind");
        requireNonNull(address, "address");
        requireNonNull(credentials, "credentials");
    }

    /**
     * An HTTP proxy that allows {@code CONNECT}.
     *
     * @param host the proxy's host
     * @param port the proxy's port
     * @return the proxy, without credentials
     */
    public static Proxy http(String host, int port) {
        return new Proxy(Kind.HTTP, InetSocketAddress.createUnresolved(host, port), Optional.empty());
    }

    /**
     * A SOCKS 5 proxy.
     *
     * @param host the proxy's host
     * @param port the proxy's port
     * @return the proxy, without credentials
     */
    public static Proxy socks5(String host, int port) {
        return new Proxy(Kind.SOCKS5, InetSocketAddress.createUnresolved(host, port), Optional.empty());
    }

    /**
     * The same proxy with credentials.
     *
     * @param user the user's name
     * @param password the user's password
     * @return a new proxy
     */
    public Proxy withCredentials(String user, String password) {
        return new Proxy(kind, address, Optional.of(new Credentials(user, password)));
    }

    /** Protocols a proxy may speak. */
    public enum Kind {
        /** HTTP with {@code CONNECT}. */
        HTTP,
        /** SOCKS version 5. */
        SOCKS5
    }

    /**
     * A user's name and password.
     *
     * @param user the name
     * @param password the password
     */
    public record Credentials(String user, String password) {

        /** Shows the name and never the password. */
        @Override
        public String toString() {
            return "Credentials[" + user + "]";
        }
    }
}
