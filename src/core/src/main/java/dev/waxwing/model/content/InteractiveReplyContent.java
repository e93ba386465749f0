package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.proto.e2e.InteractiveResponseMessage;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;

/** What a person answered to an interactive message. Make one by {@link #of(String, String, String)}. */
public final class InteractiveReplyContent extends Content implements MessageContent {

    private final InteractiveResponseMessage wire;

    private InteractiveReplyContent(InteractiveResponseMessage wire, MessageContext context) {
        super(context);
        this.wire = requireNonNull(wire, "wire");
    }

    static InteractiveReplyContent read(Message message) {
        return new InteractiveReplyContent(
                message.getInteractiveResponseMessage().toBuilder()
                        .clearContextInfo()
                        .build(),
                MessageContext.NONE);
    }

    /**
     * The answer to an interactive message.
     *
     * @param name which flow it answers
     * @param paramsJson the answer for a program
     * @param text the answer for people
     * @return the content
     * @throws IllegalArgumentException if the name is empty, or one of them too long
     */
    public static InteractiveReplyContent of(String name, String paramsJson, String text) {
        return new InteractiveReplyContent(
                InteractiveResponseMessage.newBuilder()
                        .setBody(InteractiveResponseMessage.Body.newBuilder().setText(ContentLimits.text(text, "text")))
                        .setNativeFlowResponseMessage(InteractiveResponseMessage.NativeFlowResponseMessage.newBuilder()
                                .setName(ContentLimits.notEmpty(name, "name"))
                                .setParamsJSON(ContentLimits.text(paramsJson, "paramsJson"))
                                .setVersion(1))
                        .build(),
                MessageContext.NONE);
    }

    /**
     * Which flow it answers.
     *
     * @return its name, empty if there is none
     */
    public String name() {
        return wire.getNativeFlowResponseMessage().getName();
    }

    /**
     * The answer for a program.
     *
     * @return JSON, as its author wrote it; empty if there is none
     */
    public String paramsJson() {
        return wire.getNativeFlowResponseMessage().getParamsJSON();
    }

    /**
     * The answer for people.
     *
     * @return the text, empty if there is none
     */
    public String text() {
        return wire.getBody().getText();
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder().setInteractiveResponseMessage(wire);
    }

    @Override
    Content with(MessageContext context) {
        return new InteractiveReplyContent(wire, context);
    }

    @Override
    Object value() {
        return wire;
    }

    /** Shows the kind and never the content. */
    @Override
    public String toString() {
        return "InteractiveReply[]";
    }
}
