package dev.waxwing.internal.area;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.ProtocolMessage;
import java.time.Instant;

/**
 * A protocol message that was received and opened.
 *
 * @param id the id of the message that carried it
 * @param chat the chat it was written in, without a device
 * @param sender the device that sent it
 * @param fromMe whether that is a device of this account
 * @param timestamp when the server took it
 * @param message what it says; from {@code sender}, who may lie
 */
public record ReceivedProtocol(
        String id, Jid chat, Jid sender, boolean fromMe, Instant timestamp, ProtocolMessage message) {

    /**
     * Checks that nothing is null.
     *
     * @param id the id of the message that carried it
     * @param chat the chat it was written in, without a device
     * @param sender the device that sent it
     * @param fromMe whether that is a device of this account
     * @param timestamp when the server took it
     * @param message what it says; from {@code sender}, who may lie
     */
    public ReceivedProtocol {
        requireNonNull(id, "id");
        requireNonNull(chat, "chat");
        requireNonNull(sender, "sender");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(message, "message");
    }

    /**
     * Whether the account's own phone sent it.
     *
     * @return true if the sender is the primary device of this account
     */
    public boolean isFromOwnPhone() {
        return fromMe && sender.device() == 0 && !sender.isHosted();
    }
}
