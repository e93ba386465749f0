package dev.waxwing.error;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The configured proxy answered and would not pass the connection on: wrong user name or password (HTTP 407, a SOCKS
 * authentication failure), or it cannot or may not reach the server (HTTP 403 or 502, a SOCKS status). Reaction:
 * check the proxy's address and credentials; the socket goes on trying.
 */
public final class ProxyRefusedException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /** Host and port of the proxy. */
    private final String proxy;
    /** What the proxy said. */
    private final String answer;

    /**
     * Creates the exception.
     *
     * @param what what was being done, for example {@code "connection to example.org:443"}
     * @param proxy host and port of the proxy, without credentials
     * @param answer what the proxy said, for example {@code "status: 407 Proxy Authentication Required"}
     * @param cause what led to it, or null
     */
    public ProxyRefusedException(String what, String proxy, String answer, @Nullable Throwable cause) {
        super(
                requireNonNull(what, "what") + ": the proxy " + requireNonNull(proxy, "proxy") + " refused with "
                        + requireNonNull(answer, "answer"),
                cause);
        this.proxy = proxy;
        this.answer = answer;
    }

    /**
     * Which proxy it was.
     *
     * @return host and port, without credentials
     */
    public String proxy() {
        return proxy;
    }

    /**
     * What the proxy said.
     *
     * @return an HTTP status line or a SOCKS status by its name, of at most 200 characters
     */
    public String answer() {
        return answer;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
