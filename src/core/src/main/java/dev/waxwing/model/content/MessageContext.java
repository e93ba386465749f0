package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a message has beside its content, whatever its kind: what it answers, whom it mentions, how long it is there. It
 * is said by the methods of {@link Content}. Immutable.
 */
public final class MessageContext {

    /** Nothing. */
    static final MessageContext NONE = new MessageContext(null, List.of(), false, null, false, false, 0, null);

    private static final Set<Duration> LIFETIMES = Set.of(Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(90));

    private final @Nullable WebMessage quoted;
    private final List<Jid> mentions;
    private final boolean everyoneMentioned;
    private final @Nullable Duration expiration;
    private final boolean viewOnce;
    private final boolean groupStatus;
    private final int forwardingScore;
    private final @Nullable MessageKey album;

    private MessageContext(
            @Nullable WebMessage quoted,
            List<Jid> mentions,
            boolean everyoneMentioned,
            @Nullable Duration expiration,
            boolean viewOnce,
            boolean groupStatus,
            int forwardingScore,
            @Nullable MessageKey album) {
        this.quoted = quoted;
        this.mentions = mentions;
        this.everyoneMentioned = everyoneMentioned;
        this.expiration = expiration;
        this.viewOnce = viewOnce;
        this.groupStatus = groupStatus;
        this.forwardingScore = forwardingScore;
        this.album = album;
    }

    MessageContext withQuoted(WebMessage message) {
        requireNonNull(message, "message");
        return new MessageContext(
                message, mentions, everyoneMentioned, expiration, viewOnce, groupStatus, forwardingScore, album);
    }

    MessageContext withMentions(List<Jid> people) {
        return new MessageContext(
                quoted,
                List.copyOf(people),
                everyoneMentioned,
                expiration,
                viewOnce,
                groupStatus,
                forwardingScore,
                album);
    }

    MessageContext withEveryoneMentioned() {
        return new MessageContext(quoted, mentions, true, expiration, viewOnce, groupStatus, forwardingScore, album);
    }

    MessageContext withExpiration(Duration lifetime) {
        if (!LIFETIMES.contains(lifetime)) {
            throw new IllegalArgumentException("lifetime must be 1, 7 or 90 days but was " + lifetime);
        }
        return new MessageContext(
                quoted, mentions, everyoneMentioned, lifetime, viewOnce, groupStatus, forwardingScore, album);
    }

    MessageContext withViewOnce() {
        return new MessageContext(
                quoted, mentions, everyoneMentioned, expiration, true, groupStatus, forwardingScore, album);
    }

    MessageContext withGroupStatus() {
        return new MessageContext(
                quoted, mentions, everyoneMentioned, expiration, viewOnce, true, forwardingScore, album);
    }

    MessageContext withForwardingScore(int score) {
        if (score < 1) {
            throw new IllegalArgumentException("score must be at least 1 but was " + score);
        }
        return new MessageContext(quoted, mentions, everyoneMentioned, expiration, viewOnce, groupStatus, score, album);
    }

    MessageContext withAlbum(MessageKey parent) {
        return new MessageContext(
                quoted,
                mentions,
                everyoneMentioned,
                expiration,
                viewOnce,
                groupStatus,
                forwardingScore,
                requireNonNull(parent, "parent"));
    }

    /**
     * The head of the album that the message is a part of.
     *
     * @return its key, empty if it is in none
     */
    public Optional<MessageKey> album() {
        return Optional.ofNullable(album);
    }

    /**
     * The message that this one answers.
     *
     * @return the message, empty if it answers none
     */
    public Optional<WebMessage> quoted() {
        return Optional.ofNullable(quoted);
    }

    /**
     * Whom the message mentions by name.
     *
     * @return the people, unmodifiable
     */
    public List<Jid> mentions() {
        return mentions;
    }

    /**
     * Whether the message mentions everyone in its group.
     *
     * @return true if so
     */
    public boolean isEveryoneMentioned() {
        return everyoneMentioned;
    }

    /**
     * How long the message is there.
     *
     * @return the time, empty if it stays
     */
    public Optional<Duration> expiration() {
        return Optional.ofNullable(expiration);
    }

    /**
     * Whether the message can be opened once only.
     *
     * @return true if so
     */
    public boolean isViewOnce() {
        return viewOnce;
    }

    /**
     * Whether the message is a status of the group that it is sent to.
     *
     * @return true if so
     */
    public boolean isGroupStatus() {
        return groupStatus;
    }

    /**
     * How often the message was forwarded, as far as the application says.
     *
     * @return the score, 0 if nothing was said
     */
    public int forwardingScore() {
        return forwardingScore;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MessageContext context
                && Objects.equals(quoted, context.quoted)
                && mentions.equals(context.mentions)
                && everyoneMentioned == context.everyoneMentioned
                && Objects.equals(expiration, context.expiration)
                && viewOnce == context.viewOnce
                && groupStatus == context.groupStatus
                && forwardingScore == context.forwardingScore
                && Objects.equals(album, context.album);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                quoted, mentions, everyoneMentioned, expiration, viewOnce, groupStatus, forwardingScore, album);
    }

    /** Shows what is said and never content. */
    @Override
    public String toString() {
        return "MessageContext[quoted " + (quoted == null ? "nothing" : quoted.id()) + ", " + mentions.size()
                + " mentions, expiration " + expiration + ", score " + forwardingScore + "]";
    }
}
