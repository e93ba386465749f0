package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ReactionMessage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A reaction to a message, or its removal. Make one by {@link Content#react(MessageKey, String)} or {@link
 * Content#unreact(MessageKey)}.
 */
public final class ReactionContent extends Content implements MessageContent {

    /** More UTF-16 units than any emoji has: those of a family with its skin tones are some twenty. */
    public static final int MAX_EMOJI_LENGTH = 64;

    private final MessageKey target;
    private final String emoji;
    private final @Nullable Instant reactedAt;

    private ReactionContent(MessageKey target, String emoji, @Nullable Instant reactedAt, MessageContext context) {
        super(context);
        this.target = requireNonNull(target, "target");
        this.emoji = requireNonNull(emoji, "emoji");
        this.reactedAt = reactedAt;
    }

    static ReactionContent of(MessageKey target, String emoji) {
        if (requireNonNull(emoji, "emoji").isEmpty() || emoji.length() > MAX_EMOJI_LENGTH) {
            throw new IllegalArgumentException(
                    "emoji must have 1 to " + MAX_EMOJI_LENGTH + " characters but has " + emoji.length());
        }
        return new ReactionContent(target, emoji, null, MessageContext.NONE);
    }

    static ReactionContent removal(MessageKey target) {
        return new ReactionContent(target, "", null, MessageContext.NONE);
    }

    static ReactionContent read(Message message) {
        ReactionMessage wire = message.getReactionMessage();
        return new ReactionContent(
                WireKeys.read(wire.getKey()),
                wire.getText(),
                wire.hasSenderTimestampMS() ? Instant.ofEpochMilli(wire.getSenderTimestampMS()) : null,
                MessageContext.NONE);
    }

    /**
     * The message that is reacted to.
     *
     * @return its key
     */
    public MessageKey target() {
        return target;
    }

    /**
     * The reaction, usually one emoji.
     *
     * @return the reaction, empty if an earlier one is removed
     */
    public String emoji() {
        return emoji;
    }

    /**
     * Whether an earlier reaction is removed.
     *
     * @return true if so
     */
    public boolean isRemoval() {
        return emoji.isEmpty();
    }

    /**
     * When the author reacted, by the author's clock: of two reactions of one author to one message the later holds.
     *
     * @return the time, to the millisecond; empty if it is not said, and in what is made here
     */
    public Optional<Instant> reactedAt() {
        return Optional.ofNullable(reactedAt);
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder()
                .setReactionMessage(ReactionMessage.newBuilder()
                        .setKey(WireKeys.write(target))
                        .setText(emoji)
                        .setSenderTimestampMS(now.toEpochMilli()));
    }

    @Override
    Content with(MessageContext context) {
        return new ReactionContent(target, emoji, reactedAt, context);
    }

    @Override
    Object value() {
        return List.of(target, emoji);
    }

    /** Shows what it is about. */
    @Override
    public String toString() {
        return (isRemoval() ? "ReactionRemoval[" : "Reaction[") + target + "]";
    }
}
