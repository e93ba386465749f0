package dev.waxwing.internal.area;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.MessageKey;
import dev.waxwing.model.content.StubMessage;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message that no person wrote, made from what the server told.
 *
 * @param key what identifies it: made from the id of the server's stanza, so that one that comes again is known
 * @param timestamp the server's time
 * @param pushName the name of whoever did it, if told
 * @param offline whether the news waited on the server while this device was away
 * @param message its content, often none
 * @param stub what happened; null if the content says it
 */
public record SystemMessage(
        MessageKey key,
        Instant timestamp,
        @Nullable String pushName,
        boolean offline,
        Message message,
        @Nullable StubMessage stub) {

    /**
     * Checks that nothing is null.
     *
     * @param key what identifies it
     * @param timestamp the server's time
     * @param pushName the name of whoever did it, if told
     * @param offline whether the news waited on the server
     * @param message its content
     * @param stub what happened; null if the content says it
     */
    public SystemMessage {
        requireNonNull(key, "key");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(message, "message");
    }
}
