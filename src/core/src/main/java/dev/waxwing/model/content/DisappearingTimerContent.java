package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Sets how long the messages of a chat with a person last. A group has a setting of its own, see {@code dev.waxwing.group.Groups}. Make one by {@link Content#disappearingAfter(Duration)}. */
public final class DisappearingTimerContent extends Content implements MessageContent {

    private static final Set<Duration> LIFETIMES =
            Set.of(Duration.ZERO, Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(90));

    private final ProtocolMessage wire;

    private DisappearingTimerContent(ProtocolMessage wire, MessageContext context) {
        super(context);
        this.wire = requireNonNull(wire, "wire");
    }

    static DisappearingTimerContent read(ProtocolMessage message) {
        return new DisappearingTimerContent(message, MessageContext.NONE);
    }

    static DisappearingTimerContent of(Duration lifetime) {
        if (!LIFETIMES.contains(requireNonNull(lifetime, "lifetime"))) {
            throw new IllegalArgumentException("lifetime must be 1, 7 or 90 days but was " + lifetime);
        }
        return new DisappearingTimerContent(
                ProtocolMessage.newBuilder()
                        .setType(ProtocolMessage.Type.EPHEMERAL_SETTING)
                        .setEphemeralExpiration((int) lifetime.toSeconds())
                        .build(),
                MessageContext.NONE);
    }

    /**
     * How long messages last from now on.
     *
     * @return the time, empty if they stay
     */
    public Optional<Duration> lifetime() {
        long seconds = Integer.toUnsignedLong(wire.getEphemeralExpiration());
        return seconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder()
                .setProtocolMessage(wire.toBuilder().setEphemeralSettingTimestamp(now.getEpochSecond()));
    }

    @Override
    Content with(MessageContext context) {
        return new DisappearingTimerContent(wire, context);
    }

    @Override
    Object value() {
        return lifetime();
    }

    /** Shows the kind and never the content. */
    @Override
    public String toString() {
        return "DisappearingTimer[" + lifetime().map(Duration::toString).orElse("off") + "]";
    }
}
