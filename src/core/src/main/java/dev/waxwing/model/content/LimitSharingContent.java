package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.proto.common.LimitSharing;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import java.time.Instant;

/** Sets whether what is written in a chat may be saved and passed on by those in it. Make one by {@link Content#limitSharing(boolean)}. */
public final class LimitSharingContent extends Content implements MessageContent {

    private final ProtocolMessage wire;

    private LimitSharingContent(ProtocolMessage wire, MessageContext context) {
        super(context);
        this.wire = requireNonNull(wire, "wire");
    }

    static LimitSharingContent read(ProtocolMessage message) {
        return new LimitSharingContent(message, MessageContext.NONE);
    }

    static LimitSharingContent of(boolean limited) {
        return new LimitSharingContent(
                ProtocolMessage.newBuilder()
                        .setType(ProtocolMessage.Type.LIMIT_SHARING)
                        .setLimitSharing(LimitSharing.newBuilder()
                                .setSharingLimited(limited)
                                .setTrigger(LimitSharing.Trigger.CHAT_SETTING)
                                .setInitiatedByMe(true))
                        .build(),
                MessageContext.NONE);
    }

    /**
     * Whether it may not.
     *
     * @return true if sharing is limited
     */
    public boolean isLimited() {
        return wire.getLimitSharing().getSharingLimited();
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder()
                .setProtocolMessage(wire.toBuilder()
                        .setLimitSharing(wire.getLimitSharing().toBuilder()
                                .setLimitSharingSettingTimestamp(now.toEpochMilli())));
    }

    @Override
    Content with(MessageContext context) {
        return new LimitSharingContent(wire, context);
    }

    @Override
    Object value() {
        return isLimited();
    }

    /** Shows the kind and never the content. */
    @Override
    public String toString() {
        return "LimitSharing[" + isLimited() + "]";
    }
}
