package dev.waxwing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A proxy that the connection goes through. The address is resolved when connecting; the server's name is resolved by
 * the proxy.
 *
 * @param kind the proxy's protocol
 * @param address where the proxy listens; port 1 to 65535
 * @param credentials what the proxy wants to see, if anything
 */
public record Proxy(Kind kind, InetSocketAddress address, Optional<Credentials> credentials) {

    private static final int MAX_PORT = 0xffff;

    /** No space and no control character; the resolver knows the rest. */
    private static final Pattern HOST = Pattern.compile("[^\\s\\p{Cntrl}]{1,255}");

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
        if (address.getPort() == 0) {
            throw new IllegalArgumentException("address must have a port of 1 to 65535 but has 0");
        }
    }

    /**
     * An HTTP proxy that allows {@code CONNECT}.
     *
     * @param host the proxy's host, name or address
     * @param port the proxy's port, 1 to 65535
     * @return the proxy, without credentials
     */
    public static Proxy http(String host, int port) {
        return new Proxy(Kind.HTTP, address(host, port), Optional.empty());
    }

    /**
     * A SOCKS 5 proxy.
     *
     * @param host the proxy's host, name or address
     * @param port the proxy's port, 1 to 65535
     * @return the proxy, without credentials
     */
    public static Proxy socks5(String host, int port) {
        return new Proxy(Kind.SOCKS5, address(host, port), Optional.empty());
    }

    /**
     * The same proxy with credentials.
     *
     * @param user the user's name, 1 to 255 bytes in UTF-8
     * @param password the user's password, at most 255 bytes in UTF-8
     * @return a new proxy
     */
    public Proxy withCredentials(String user, String password) {
        return new Proxy(kind, address, Optional.of(new Credentials(user, password)));
    }

    private static InetSocketAddress address(String host, int port) {
        if (!HOST.matcher(requireNonNull(host, "host")).matches()) {
            throw new IllegalArgumentException("host must be a name or an address of 1 to 255 characters");
        }
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("port must be 1 to " + MAX_PORT + " but was " + port);
        }
        return InetSocketAddress.createUnresolved(host, port);
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
     * @param user the name, 1 to 255 bytes in UTF-8 (RFC 1929)
     * @param password the password, at most 255 bytes in UTF-8
     */
    public record Credentials(String user, String password) {

        private static final int MAX_BYTES = 255;

        /**
         * Checks the lengths.
         *
         * @param user the name, 1 to 255 bytes in UTF-8
         * @param password the password, at most 255 bytes in UTF-8
         */
        public Credentials {
            int userBytes = requireNonNull(user, "user").getBytes(UTF_8).length;
            int passwordBytes = requireNonNull(password, "password").getBytes(UTF_8).length;
            if (userBytes < 1 || userBytes > MAX_BYTES) {
                throw new IllegalArgumentException("user must have 1 to 255 bytes but has " + userBytes);
            }
            if (passwordBytes > MAX_BYTES) {
                throw new IllegalArgumentException("password must have at most 255 bytes but has " + passwordBytes);
            }
        }

        /** Shows the name and never the password. */
        @Override
        public String toString() {
            return "Credentials[" + user + "]";
        }
    }
}
