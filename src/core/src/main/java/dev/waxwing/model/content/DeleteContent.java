package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import java.time.Instant;

/**
 * A message that is taken back for everyone: by its author, or by an admin of the group. Make one by {@link
 * Content#delete(MessageKey)}.
 */
public final class DeleteContent extends Content implements MessageContent {

    private final MessageKey target;

    DeleteContent(MessageKey target, MessageContext context) {
        super(context);
        this.target = requireNonNull(target, "target");
    }

    static DeleteContent of(MessageKey target) {
        if (!requireNonNull(target, "target").fromMe() && !target.remoteJid().isGroup()) {
            throw new IllegalArgumentException("target must be a message of this account, or one in a group");
        }
        return new DeleteContent(target, MessageContext.NONE);
    }

    static DeleteContent read(ProtocolMessage message) {
        return new DeleteContent(WireKeys.read(message.getKey()), MessageContext.NONE);
    }

    /**
     * The message that is taken back.
     *
     * @return its key
     */
    public MessageKey target() {
        return target;
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder()
                .setProtocolMessage(ProtocolMessage.newBuilder()
                        .setKey(WireKeys.write(target))
                        .setType(ProtocolMessage.Type.REVOKE));
    }

    @Override
    Content with(MessageContext context) {
        return new DeleteContent(target, context);
    }

    @Override
    Object value() {
        return target;
    }

    /** Shows what it is about. */
    @Override
    public String toString() {
        return "Delete[" + target + "]";
    }
}
