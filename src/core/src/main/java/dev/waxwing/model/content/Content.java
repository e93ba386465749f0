package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.WebMessage;
import dev.waxwing.proto.e2e.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What to send: pass one to {@code sendMessage}. Make one by a method of this class, then say what the message has
 * beside its content, as every kind can:
 *
 * <pre>{@code
 * sock.sendMessage(chat, Content.text("You said: " + message.text()).quoting(message));
 * }</pre>
 *
 * <p>Each kind is a class of its own, checks itself when it is made, and is immutable; so is what the methods here
 * return. Only this library adds kinds, and later versions will: a {@code switch} over kinds needs a {@code default}
 * branch. The class is not sealed so that the compiler asks for one, and code compiled today goes on working. For a
 * message that has no kind yet there is {@link #raw(Message)}.
 */
public abstract class Content {

    private final MessageContext context;

    /** Only for the kinds of this package: the library must know how to encode each. */
    Content(MessageContext context) {
        this.context = requireNonNull(context, "context");
    }

    /**
     * A text.
     *
     * @param text the body, 1 to {@link TextContent#MAX_LENGTH} UTF-16 units
     * @return the content
     * @throws IllegalArgumentException if the text is empty or too long
     */
    public static TextContent text(String text) {
        return TextContent.of(text);
    }

    /**
     * A message that was received or sent, once more: its content, without what it quoted and whom it mentioned. It is
     * marked as forwarded, with a score one above what it had; one that this account wrote is marked only if it was
     * before, or by {@link #forwarded(int)}.
     *
     * @param message the message to forward
     * @return the content
     * @throws IllegalArgumentException if the message has no content
     */
    public static ForwardedContent forward(WebMessage message) {
        return new ForwardedContent(message, MessageContext.NONE);
    }

    /**
     * A reaction to a message, in place of an earlier one of this account.
     *
     * @param target the message
     * @param emoji the reaction, 1 to {@link ReactionContent#MAX_EMOJI_LENGTH} UTF-16 units
     * @return the content
     * @throws IllegalArgumentException if the reaction is empty or too long
     */
    public static ReactionContent react(MessageKey target, String emoji) {
        return ReactionContent.of(target, emoji);
    }

    /**
     * The removal of this account's reaction to a message.
     *
     * @param target the message
     * @return the content
     */
    public static ReactionContent unreact(MessageKey target) {
        return ReactionContent.removal(target);
    }

    /**
     * New content for a message of this account. Clients accept it for some 15 minutes after the message was sent.
     *
     * @param target the message
     * @param content the new content, with what it has beside it
     * @return the content
     * @throws IllegalArgumentException if somebody else wrote the message, or the new content is an edit itself
     */
    public static EditContent edit(MessageKey target, Content content) {
        return EditContent.of(target, content);
    }

    /**
     * Takes a message back for everyone: one of this account, or, by an admin of a group, one of somebody else there.
     *
     * @param target the message, exactly as its key came
     * @return the content
     * @throws IllegalArgumentException if somebody else wrote the message, and its chat is no group
     */
    public static DeleteContent delete(MessageKey target) {
        return DeleteContent.of(target);
    }

    /**
     * Any message that the wire format knows, for kinds that have no class here. It is sent as given, save for the
     * message secret that is added when missing to the kinds that carry one, and for what is said of it by the methods
     * of this class.
     *
     * @param message the message, not empty
     * @return the content
     * @throws IllegalArgumentException if the message has no field set
     */
    public static RawContent raw(Message message) {
        return new RawContent(message, MessageContext.NONE);
    }

    /**
     * What the message has beside its content.
     *
     * @return the context, never null
     */
    public final MessageContext context() {
        return context;
    }

    /**
     * The same content as an answer.
     *
     * @param message the message to quote; its own quotes are left out
     * @return a new content
     */
    public final Content quoting(WebMessage message) {
        return with(context.withQuoted(message));
    }

    /**
     * The same content with mentions.
     *
     * @param people whom the message mentions, in place of those named before; the text should hold {@code @user} for
     *     each
     * @return a new content
     */
    public final Content mentioning(Jid... people) {
        return with(context.withMentions(Copies.list(Arrays.asList(requireNonNull(people, "people")), "people")));
    }

    /**
     * The same content with a mention of everyone in the group.
     *
     * @return a new content
     */
    public final Content mentioningEveryone() {
        return with(context.withEveryoneMentioned());
    }

    /**
     * The same content, to disappear. It should be what the chat is set to.
     *
     * @param lifetime 1, 7 or 90 days, which are what the service knows
     * @return a new content
     * @throws IllegalArgumentException if the service does not know this time
     */
    public final Content expiringAfter(Duration lifetime) {
        return with(context.withExpiration(requireNonNull(lifetime, "lifetime")));
    }

    /**
     * The same content, to be opened once. Only an image, a video or a voice message can be: {@code sendMessage}
     * refuses others.
     *
     * @return a new content
     */
    public final Content viewOnce() {
        return with(context.withViewOnce());
    }

    /**
     * The same content, marked as forwarded.
     *
     * @param score how often it was, 1 or more; clients show a high one as "forwarded many times"
     * @return a new content
     * @throws IllegalArgumentException if the score is below 1
     */
    public final Content forwarded(int score) {
        return with(context.withForwardingScore(score));
    }

    /**
     * This kind on the wire, without context and secret; null if it needs more than itself: then whoever adds the kind
     * registers an encoder.
     *
     * @param now the time that is written into kinds that have one
     */
    Message.@Nullable Builder wire(Instant now) {
        return null;
    }

    abstract Content with(MessageContext context);

    /** What this kind holds, for comparison. */
    abstract Object value();

    @Override
    public final boolean equals(Object other) {
        return other instanceof Content content
                && getClass() == content.getClass()
                && context.equals(content.context)
                && value().equals(content.value());
    }

    @Override
    public final int hashCode() {
        return 31 * context.hashCode() + value().hashCode();
    }
}
