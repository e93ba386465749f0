package dev.waxwing.internal.transport;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request.
 *
 * @param method for example {@code GET}
 * @param target path and query as they go over the wire, beginning with {@code /}
 * @param headers header fields beside those that every request has
 * @param body what is sent with it, null for nothing
 * @param idle how long nothing may come or go while the server is waited for, positive
 * @param total how long the exchange may take once it is connected, positive
 */
public record HttpCall(
        String method,
        String target,
        Map<String, String> headers,
        @Nullable HttpBody body,
        Duration idle,
        Duration total) {

    /**
     * Checks what goes into the first line of the request.
     *
     * @param method for example {@code GET}
     * @param target path and query as they go over the wire, beginning with {@code /}
     * @param headers header fields beside those that every request has
     * @param body what is sent with it, null for nothing
     * @param idle how long nothing may come or go while the server is waited for, positive
     * @param total how long the exchange may take once it is connected, positive
     * @throws IllegalArgumentException if the target does not begin with {@code /}, or has a space, a control character
     *     or one beyond ASCII
     */
    public HttpCall {
        requireNonNull(method, "method");
        if (!isTarget(target)) {
            throw new IllegalArgumentException("target must be a path of printable ASCII characters");
        }
        headers = Map.copyOf(headers);
        requireNonNull(idle, "idle");
        requireNonNull(total, "total");
    }

    /**
     * Whether a text may stand in the first line of a request as it is.
     *
     * @param target the text
     * @return true for a path and query of printable ASCII characters
     */
    public static boolean isTarget(String target) {
        return target.startsWith("/") && target.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** Shows the method; the target may hold a token. */
    @Override
    public String toString() {
        return "HttpCall[" + method + "]";
    }
}
