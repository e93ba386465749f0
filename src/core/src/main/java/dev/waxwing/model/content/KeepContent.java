package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.KeepInChatMessage;
import dev.waxwing.proto.e2e.KeepType;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a message that would disappear, or lets it disappear after all. Make one by {@link Content#keep(MessageKey)} or
 * {@link Content#unkeep(MessageKey)}.
 */
public final class KeepContent extends Content implements MessageContent {

    private final MessageKey target;
    private final boolean removal;
    private final @Nullable Instant keptAt;

    private KeepContent(MessageKey target, boolean removal, @Nullable Instant keptAt, MessageContext context) {
        super(context);
        this.target = requireNonNull(target, "target");
        this.removal = removal;
        this.keptAt = keptAt;
    }

    static KeepContent of(MessageKey target, boolean removal) {
        return new KeepContent(target, removal, null, MessageContext.NONE);
    }

    static KeepContent read(Message message) {
        KeepInChatMessage wire = message.getKeepInChatMessage();
        boolean removal = wire.getKeepType() == KeepType.UNDO_KEEP_FOR_ALL;
        if (!removal && wire.getKeepType() != KeepType.KEEP_FOR_ALL) {
            throw new IllegalArgumentException("neither keeps nor lets go");
        }
        return new KeepContent(
                WireKeys.read(wire.getKey()),
                removal,
                wire.hasTimestampMS() ? Instant.ofEpochMilli(wire.getTimestampMS()) : null,
                MessageContext.NONE);
    }

    /**
     * The message.
     *
     * @return its key
     */
    public MessageKey target() {
        return target;
    }

    /**
     * Whether the message is no longer kept.
     *
     * @return false if it is kept
     */
    public boolean isRemoval() {
        return removal;
    }

    /**
     * When, by the clock of who did it.
     *
     * @return the time, to the millisecond; empty if it is not said, and in what is made here
     */
    public Optional<Instant> keptAt() {
        return Optional.ofNullable(keptAt);
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder()
                .setKeepInChatMessage(KeepInChatMessage.newBuilder()
                        .setKey(WireKeys.write(target))
                        .setKeepType(removal ? KeepType.UNDO_KEEP_FOR_ALL : KeepType.KEEP_FOR_ALL)
                        .setTimestampMS(now.toEpochMilli()));
    }

    @Override
    Content with(MessageContext context) {
        return new KeepContent(target, removal, keptAt, context);
    }

    @Override
    Object value() {
        return List.of(target, removal);
    }

    /** Shows what it is about. */
    @Override
    public String toString() {
        return (removal ? "Unkeep[" : "Keep[") + target + "]";
    }
}
