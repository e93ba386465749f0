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
        return of(message, lifetime, 0);
    }

    /**
     * Gives a message the lifetime of its chat, and says since when that is the chat's.
     *
     * @param message the content
     * @param lifetime how long messages of the chat last
     * @param setAt when that was set, in seconds since 1970; 0 if it is not known
     * @return the content with that, unchanged if it says for itself how long it lasts or has no place for it
     */
    public static Message of(Message message, Duration lifetime, long setAt) {
        if (ContextPlaces.of(message).hasExpiration()) {
            return message;
        }
        Message.Builder lasting = message.toBuilder();
        ContextInfo.Builder info = ContextInfo.newBuilder().setExpiration((int) lifetime.toSeconds());
        if (setAt > 0) {
            info.setEphemeralSettingTimestamp(setAt);
        }
        return ContextWriter.write(info.build(), lasting) ? lasting.build() : message;
    }
}
