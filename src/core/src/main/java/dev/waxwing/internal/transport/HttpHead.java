package dev.waxwing.internal.transport;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * What an HTTP answer begins with.
 *
 * @param status the status code
 * @param headers the header fields under their names in lower case; of several with one name, the first
 */
public record HttpHead(int status, Map<String, String> headers) {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final Pattern SECONDS = Pattern.compile("\\d{1,6}");

    /**
     * Copies the headers.
     *
     * @param status the status code
     * @param headers the header fields under their names in lower case
     */
    public HttpHead {
        headers = Map.copyOf(headers);
    }

    /**
     * A header field.
     *
     * @param name its name in lower case
     * @return the value, empty if there is no such field
     */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(requireNonNull(name, "name")));
    }

    /**
     * How many bytes the body has.
     *
     * @return the number, empty if the server does not say it
     */
    public OptionalLong contentLength() {
        String value = headers.getOrDefault("content-length", "");
        return NUMBER.matcher(value).matches() ? OptionalLong.of(Long.parseLong(value)) : OptionalLong.empty();
    }

    /**
     * How long the server asks to wait before the next try.
     *
     * @return the wait, empty if it does not say, or names a date
     */
    public Optional<Duration> retryAfter() {
        String value = headers.getOrDefault("retry-after", "");
        return SECONDS.matcher(value).matches()
                ? Optional.of(Duration.ofSeconds(Long.parseLong(value)))
                : Optional.empty();
    }

    /** Shows the status and never the fields. */
    @Override
    public String toString() {
        return "HttpHead[" + status + "]";
    }
}
