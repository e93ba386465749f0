package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.RequestPhoneNumberMessage;
import java.time.Instant;

/** Asks a person who is known by LID alone for the phone number. Make one by {@link Content#requestPhoneNumber()}. */
public final class RequestPhoneNumberContent extends Content implements MessageContent {

    private final RequestPhoneNumberMessage wire;

    private RequestPhoneNumberContent(RequestPhoneNumberMessage wire, MessageContext context) {
        super(context);
        this.wire = requireNonNull(wire, "wire");
    }

    static RequestPhoneNumberContent read(Message message) {
        return new RequestPhoneNumberContent(
                message.getRequestPhoneNumberMessage().toBuilder()
                        .clearContextInfo()
                        .build(),
                MessageContext.NONE);
    }

    static RequestPhoneNumberContent of() {
        return new RequestPhoneNumberContent(RequestPhoneNumberMessage.getDefaultInstance(), MessageContext.NONE);
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder().setRequestPhoneNumberMessage(wire);
    }

    @Override
    Content with(MessageContext context) {
        return new RequestPhoneNumberContent(wire, context);
    }

    @Override
    Object value() {
        return wire;
    }

    /** Shows the kind and never the content. */
    @Override
    public String toString() {
        return "RequestPhoneNumber[]";
    }
}
