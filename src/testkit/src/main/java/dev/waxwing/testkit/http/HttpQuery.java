package dev.waxwing.testkit.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP request as handlers see it.
 *
 * @param method in upper case
 * @param path decoded, without the query; for media it ends at the first {@code ?} <em>or</em> {@code &}, since clients
 *     append either
 * @param parameters of the query, decoded
 * @param headers by name in lower case; of several the first
 * @param body the whole body, empty if there was none; shared, not copied
 */
public record HttpQuery(
        String method, String path, Map<String, List<String>> parameters, Map<String, String> headers, byte[] body) {

    /**
     * The first value of a parameter.
     *
     * @param name its name
     * @return the value, or nothing if it is absent
     */
    public Optional<String> parameter(String name) {
        return parameters.getOrDefault(name, List.of()).stream().findFirst();
    }

    /**
     * A header.
     *
     * @param name its name in any case
     * @return the value, or nothing if it is absent
     */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }
}
