package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.CommentMessage;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A comment under a message, as communities have it. Make one by {@link Content#comment(MessageKey, Content)}.
 */
public final class CommentContent extends Content implements MessageContent {

    private final MessageKey target;
    private final @Nullable Content given;
    private final Message message;

    private CommentContent(MessageKey target, @Nullable Content given, Message message, MessageContext context) {
        super(context);
        this.target = requireNonNull(target, "target");
        this.given = given;
        this.message = message;
    }

    static CommentContent of(MessageKey target, Content comment) {
        if (requireNonNull(comment, "comment") instanceof CommentContent) {
            throw new IllegalArgumentException("comment must not be a comment itself");
        }
        Message.Builder wire = comment.wire(Instant.EPOCH);
        return new CommentContent(
                target, comment, wire == null ? Message.getDefaultInstance() : wire.build(), MessageContext.NONE);
    }

    static CommentContent read(Message message) {
        CommentMessage wire = message.getCommentMessage();
        return new CommentContent(
                WireKeys.read(wire.getTargetMessageKey()), null, wire.getMessage(), MessageContext.NONE);
    }

    /**
     * The message that the comment is about.
     *
     * @return its key
     */
    public MessageKey target() {
        return target;
    }

    /**
     * The comment itself.
     *
     * @return its content; in what is made here of a file or a forwarded message {@link UnknownContent}
     */
    public MessageContent content() {
        return MessageContent.of(message);
    }

    /**
     * The comment itself, as the application gave it.
     *
     * @return its content with what is said beside it; empty in what was received
     */
    public Optional<Content> given() {
        return Optional.ofNullable(given);
    }

    /**
     * The comment itself, in its wire form.
     *
     * @return the message
     */
    public Message message() {
        return message;
    }

    @Override
    Content with(MessageContext context) {
        return new CommentContent(target, given, message, context);
    }

    @Override
    Object value() {
        return List.of(target, message);
    }

    /** Shows what it is about and never the content. */
    @Override
    public String toString() {
        return "Comment[" + target + "]";
    }
}
