package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

/** A message once more, in another chat. Make one by {@link Content#forward(WebMessage)}. */
public final class ForwardedContent extends Content {

    private final WebMessage original;

    ForwardedContent(WebMessage original, MessageContext context) {
        super(context);
        if (requireNonNull(original, "message").message().getSerializedSize() == 0) {
            throw new IllegalArgumentException("message " + original.id() + " has no content to forward");
        }
        this.original = original;
    }

    /**
     * What is forwarded.
     *
     * @return the message as it was
     */
    public WebMessage original() {
        return original;
    }

    @Override
    Content with(MessageContext context) {
        return new ForwardedContent(original, context);
    }

    @Override
    Object value() {
        return original;
    }

    /** Shows the key and never the content. */
    @Override
    public String toString() {
        return "Forwarded[" + original + "]";
    }
}
