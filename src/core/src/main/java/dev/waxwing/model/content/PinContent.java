package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.MessageContextInfo;
import dev.waxwing.proto.e2e.PinInChatMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pins a message to the top of its chat, for everyone there, or takes it down. Make one by {@link
 * Content#pin(MessageKey, Duration)} or {@link Content#unpin(MessageKey)}.
 */
public final class PinContent extends Content implements MessageContent {

    private static final Set<Duration> LIFETIMES = Set.of(Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(30));

    private final MessageKey target;
    private final @Nullable Duration lifetime;
    private final @Nullable Instant pinnedAt;

    private PinContent(
            MessageKey target, @Nullable Duration lifetime, @Nullable Instant pinnedAt, MessageContext context) {
        super(context);
        this.target = requireNonNull(target, "target");
        this.lifetime = lifetime;
        this.pinnedAt = pinnedAt;
    }

    static PinContent of(MessageKey target, Duration lifetime) {
        if (!LIFETIMES.contains(requireNonNull(lifetime, "lifetime"))) {
            throw new IllegalArgumentException("lifetime must be 1, 7 or 30 days but was " + lifetime);
        }
        return new PinContent(target, lifetime, null, MessageContext.NONE);
    }

    static PinContent removal(MessageKey target) {
        return new PinContent(target, null, null, MessageContext.NONE);
    }

    static PinContent read(Message message) {
        PinInChatMessage wire = message.getPinInChatMessage();
        boolean isPin = wire.getType() == PinInChatMessage.Type.PIN_FOR_ALL;
        if (!isPin && wire.getType() != PinInChatMessage.Type.UNPIN_FOR_ALL) {
            throw new IllegalArgumentException("neither pins nor takes down");
        }
        long seconds = Integer.toUnsignedLong(message.getMessageContextInfo().getMessageAddOnDurationInSecs());
        return new PinContent(
                WireKeys.read(wire.getKey()),
                isPin ? Duration.ofSeconds(seconds) : null,
                wire.hasSenderTimestampMS() ? Instant.ofEpochMilli(wire.getSenderTimestampMS()) : null,
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
     * Whether the message is taken down.
     *
     * @return false if it is pinned
     */
    public boolean isRemoval() {
        return lifetime == null;
    }

    /**
     * How long it is pinned.
     *
     * @return the time, zero if it came without one; empty if it is taken down
     */
    public Optional<Duration> lifetime() {
        return Optional.ofNullable(lifetime);
    }

    /**
     * When, by the clock of who did it.
     *
     * @return the time, to the millisecond; empty if it is not said, and in what is made here
     */
    public Optional<Instant> pinnedAt() {
        return Optional.ofNullable(pinnedAt);
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder()
                .setMessageContextInfo(MessageContextInfo.newBuilder()
                        .setMessageAddOnDurationInSecs(lifetime == null ? 0 : (int) lifetime.toSeconds()))
                .setPinInChatMessage(PinInChatMessage.newBuilder()
                        .setKey(WireKeys.write(target))
                        .setType(
                                lifetime == null
                                        ? PinInChatMessage.Type.UNPIN_FOR_ALL
                                        : PinInChatMessage.Type.PIN_FOR_ALL)
                        .setSenderTimestampMS(now.toEpochMilli()));
    }

    @Override
    Content with(MessageContext context) {
        return new PinContent(target, lifetime, pinnedAt, context);
    }

    @Override
    Object value() {
        return List.of(target, lifetime());
    }

    /** Shows what it is about. */
    @Override
    public String toString() {
        return (isRemoval() ? "Unpin[" : "Pin[") + target + "]";
    }
}
