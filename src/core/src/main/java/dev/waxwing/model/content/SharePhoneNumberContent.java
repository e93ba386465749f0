package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import java.time.Instant;

/** Shows the phone number to a person who knows this account by LID alone. Make one by {@link Content#sharePhoneNumber()}. */
public final class SharePhoneNumberContent extends Content implements MessageContent {

    private final ProtocolMessage wire;

    private SharePhoneNumberContent(ProtocolMessage wire, MessageContext context) {
        super(context);
        this.wire = requireNonNull(wire, "wire");
    }

    static SharePhoneNumberContent read(ProtocolMessage message) {
        return new SharePhoneNumberContent(message, MessageContext.NONE);
    }

    static SharePhoneNumberContent of() {
        return new SharePhoneNumberContent(
                ProtocolMessage.newBuilder()
                        .setType(ProtocolMessage.Type.SHARE_PHONE_NUMBER)
                        .build(),
                MessageContext.NONE);
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder().setProtocolMessage(wire);
    }

    @Override
    Content with(MessageContext context) {
        return new SharePhoneNumberContent(wire, context);
    }

    @Override
    Object value() {
        return wire;
    }

    /** Shows the kind and never the content. */
    @Override
    public String toString() {
        return "SharePhoneNumber[]";
    }
}
