package dev.waxwing.testkit.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a handler answers an HTTP request with.
 *
 * @param status the status code
 * @param headers besides {@code Content-Length}, which is set to the body's length unless given here
 * @param body the body; shared, not copied
 * @param source gives the body in place of {@code body}; {@code Content-Length} is then among the headers
 */
public record HttpAnswer(
        int status,
        Map<String, String> headers,
        byte[] body,
        @Nullable BodySource source) {

    private static final String CONTENT_TYPE = "Content-Type";

    /**
     * Copies the headers.
     *
     * @param status the status code
     * @param headers besides {@code Content-Length}, which is set to the body's length unless given here
     * @param body the body; shared, not copied
     * @param source gives the body in place of {@code body}, or null
     */
    public HttpAnswer {
        headers = Map.copyOf(headers);
    }

    /**
     * An answer that is in memory.
     *
     * @param status the status code
     * @param headers besides {@code Content-Length}, which is set to the body's length unless given here
     * @param body the body; shared, not copied
     */
    public HttpAnswer(int status, Map<String, String> headers, byte[] body) {
        this(status, headers, body, null);
    }

    /**
     * An answer that comes piece by piece.
     *
     * @param status the status code
     * @param headers with {@code Content-Length}
     * @param source gives the body
     * @return the answer
     */
    public static HttpAnswer streamed(int status, Map<String, String> headers, BodySource source) {
        return new HttpAnswer(status, headers, new byte[0], source);
    }

    /**
     * A line of text.
     *
     * @param status the status code
     * @param text the body
     * @return the answer
     */
    public static HttpAnswer text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A JSON document.
     *
     * @param status the status code
     * @param json the document as text
     * @return the answer
     */
    public static HttpAnswer json(int status, String json) {
        return of(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A body of any type.
     *
     * @param status the status code
     * @param contentType its media type
     * @param body its bytes; shared, not copied
     * @return the answer
     */
    public static HttpAnswer of(int status, String contentType, byte[] body) {
        return new HttpAnswer(status, Map.of(CONTENT_TYPE, contentType), body);
    }
}
