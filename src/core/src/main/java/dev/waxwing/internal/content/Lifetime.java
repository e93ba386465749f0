package dev.waxwing.internal.content;

import dev.waxwing.model.ContextPlaces;
import dev.waxwing.proto.e2e.ContextInfo;
import dev.waxwing.proto.e2e.Message;
import java.time.Duration;

/** How long the messages of a chat last, written into each of them: clients do not look it up. */
public final class Lifetime {

    private Lifetime() {}

    /**
     * Gives a message the lifetime of its chat.
     *
     * @param message the content
     * @param lifetime how long messages of the chat last
     * @return the content with that, unchanged if it says for itself how long it lasts or has no place for it
     */
    public static Message of(Message message, Duration lifetime) {
        if (ContextPlaces.of(message).hasExpiration()) {
            return message;
        }
        Message.Builder lasting = message.toBuilder();
        ContextInfo info = ContextInfo.newBuilder()
                .setExpiration((int) lifetime.toSeconds())
                .build();
        return ContextWriter.write(info, lasting) ? lasting.build() : message;
    }
}
