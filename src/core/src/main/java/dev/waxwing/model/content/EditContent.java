package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** New content for a message that was sent. Make one by {@link Content#edit(MessageKey, Content)}. */
public final class EditContent extends Content implements MessageContent {

    private final MessageKey target;
    private final @Nullable Content replacement;
    private final Message message;

    private EditContent(MessageKey target, @Nullable Content replacement, Message message, MessageContext context) {
        super(context);
        this.target = requireNonNull(target, "target");
        this.replacement = replacement;
        this.message = message;
    }

    static EditContent of(MessageKey target, Content replacement) {
        if (!requireNonNull(target, "target").fromMe()) {
            throw new IllegalArgumentException("target must be a message of this account but was " + target);
        }
        if (replacement instanceof EditContent) {
            throw new IllegalArgumentException("content must not be an edit itself");
        }
        Message.Builder wire = requireNonNull(replacement, "content").wire(Instant.EPOCH);
        return new EditContent(
                target, replacement, wire == null ? Message.getDefaultInstance() : wire.build(), MessageContext.NONE);
    }

    static EditContent read(ProtocolMessage edit) {
        return new EditContent(WireKeys.read(edit.getKey()), null, edit.getEditedMessage(), MessageContext.NONE);
    }

    /**
     * The message that is edited. In what was received its author is the author of the edit: an edit of somebody else's
     * message is refused.
     *
     * @return its key
     */
    public MessageKey target() {
        return target;
    }

    /**
     * What the message holds now.
     *
     * @return the new content; in what is made here of a file or a forwarded message {@link UnknownContent}
     */
    public MessageContent content() {
        return MessageContent.of(message);
    }

    /**
     * What the message holds now, as the application gave it.
     *
     * @return the new content with what is said beside it; empty in what was received
     */
    public Optional<Content> replacement() {
        return Optional.ofNullable(replacement);
    }

    /**
     * What the message holds now, in its wire form.
     *
     * @return the new content
     */
    public Message message() {
        return message;
    }

    @Override
    Content with(MessageContext context) {
        return new EditContent(target, replacement, message, context);
    }

    @Override
    Object value() {
        return List.of(target, message, replacement());
    }

    /** Shows what it is about and never the content. */
    @Override
    public String toString() {
        return "Edit[" + target + "]";
    }
}
