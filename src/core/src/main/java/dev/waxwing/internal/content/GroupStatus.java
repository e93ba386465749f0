package dev.waxwing.internal.content;

import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.FutureProofMessage;
import dev.waxwing.proto.e2e.Message;

/** Content that is shown as a status of a group: wrapped, as peers Baileys, whatsapp-rust and zapo read it. */
final class GroupStatus {

    private GroupStatus() {}

    /**
     * Wraps content.
     *
     * @return a new message around the content
     * @throws IllegalArgumentException if the chat is no group
     */
    static Message.Builder wrap(Message.Builder content, Jid to) {
        if (!to.isGroup()) {
            throw new IllegalArgumentException("content as a group's status goes to a group, not to " + to);
        }
        Message.Builder wrapper = Message.newBuilder();
        if (content.hasMessageContextInfo()) {
            // It stands next to the content, not in it.
            wrapper.setMessageContextInfo(content.getMessageContextInfo());
            content.clearMessageContextInfo();
        }
        return wrapper.setGroupStatusMessageV2(FutureProofMessage.newBuilder().setMessage(content));
    }
}
