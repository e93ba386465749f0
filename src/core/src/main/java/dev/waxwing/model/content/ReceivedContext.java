package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.ContextPlaces;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageWrappers;
import dev.waxwing.proto.e2e.ContextInfo;
import dev.waxwing.proto.e2e.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a received message has beside its content, whatever its kind: what it answers, whom it mentions, how often it
 * was forwarded, how long it lasts. Its sender says so. Immutable.
 */
public final class ReceivedContext {

    private final ContextInfo wire;
    private final List<String> wrappers;

    private ReceivedContext(ContextInfo wire, List<String> wrappers) {
        this.wire = wire;
        this.wrappers = List.copyOf(wrappers);
    }

    /**
     * Reads a message. Never fails: what cannot be read is left out.
     *
     * @param message the message, wrappers and all
     * @return what it has beside its content
     */
    public static ReceivedContext of(Message message) {
        return new ReceivedContext(
                ContextPlaces.of(MessageWrappers.innermost(requireNonNull(message, "message"))),
                MessageWrappers.names(message));
    }

    /**
     * The message that this one answers.
     *
     * @return what the sender says of it, empty if it answers none
     */
    public Optional<QuotedMessage> quoted() {
        if (!wire.hasQuotedMessage() || wire.getStanzaID().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new QuotedMessage(
                wire.getStanzaID(), jid(wire.getParticipant()), jid(wire.getRemoteJID()), wire.getQuotedMessage()));
    }

    /**
     * Whom the message mentions by name.
     *
     * @return people, by number or LID; unmodifiable
     */
    public List<Jid> mentions() {
        List<Jid> mentions = new ArrayList<>(wire.getMentionedJIDCount());
        wire.getMentionedJIDList().forEach(text -> jid(text).ifPresent(mentions::add));
        return List.copyOf(mentions);
    }

    /**
     * Whether the message mentions everyone in its group.
     *
     * @return true if so
     */
    public boolean isEveryoneMentioned() {
        return wire.getNonJIDMentions() > 0;
    }

    /**
     * How often the message was forwarded before it came here.
     *
     * @return the score, 0 if it was written for this chat
     */
    public int forwardingScore() {
        return wire.getIsForwarded() ? Math.max(1, wire.getForwardingScore()) : Math.max(0, wire.getForwardingScore());
    }

    /**
     * How long the message lasts.
     *
     * @return the time, empty if it stays
     */
    public Optional<Duration> expiration() {
        // Unsigned on the wire.
        long seconds = Integer.toUnsignedLong(wire.getExpiration());
        return seconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    }

    /**
     * Whether the message can be opened once only, by the wrapper that it came in.
     *
     * @return true if so
     */
    public boolean isViewOnce() {
        return wrappers.stream().anyMatch(name -> name.startsWith("viewOnce"));
    }

    /**
     * What the content came in, the outermost first, by the names of the wire format: {@code ephemeralMessage}, {@code
     * spoilerMessage}, {@code questionMessage} and the like. Later versions of the service have more.
     *
     * @return the names, unmodifiable
     */
    public List<String> wrappers() {
        return wrappers;
    }

    private static Optional<Jid> jid(String text) {
        try {
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Jid.parse(text).person());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReceivedContext context
                && wire.equals(context.wire)
                && wrappers.equals(context.wrappers);
    }

    @Override
    public int hashCode() {
        return 31 * wire.hashCode() + wrappers.hashCode();
    }

    /** Shows what there is and never content. */
    @Override
    public String toString() {
        return "ReceivedContext[quoted " + (wire.hasQuotedMessage() ? wire.getStanzaID() : "nothing") + ", "
                + wire.getMentionedJIDCount() + " mentions, in " + wrappers + "]";
    }
}
