package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.proto.e2e.Message;
import java.time.Instant;

/** A message given in its wire form. Make one by {@link Content#raw(Message)}. */
public final class RawContent extends Content {

    private final Message message;

    RawContent(Message message, MessageContext context) {
        super(context);
        if (requireNonNull(message, "message").getSerializedSize() == 0) {
            throw new IllegalArgumentException("message must have a field set");
        }
        this.message = message;
    }

    /**
     * The message.
     *
     * @return the message as it was given
     */
    public Message message() {
        return message;
    }

    @Override
    Message.Builder wire(Instant now) {
        return message.toBuilder();
    }

    @Override
    Content with(MessageContext context) {
        return new RawContent(message, context);
    }

    @Override
    Object value() {
        return message;
    }

    /** Shows the size and never the content. */
    @Override
    public String toString() {
        return "Raw[" + message.getSerializedSize() + " bytes]";
    }
}
