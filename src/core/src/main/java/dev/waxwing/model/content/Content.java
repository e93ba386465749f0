package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MediaKind;
import dev.waxwing.model.MessageKey;
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
 * <p>The answers to what businesses send, and what few send, are made by a method of their own class, for example {@link
 * ListReplyContent#of(String, String)}. Each kind is a class of its own, checks itself when it is made, and is immutable; so is what the methods here
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
     * A picture: JPEG, which every client shows, or PNG.
     *
     * @param source the file; uploaded when the message is sent
     * @return the content
     */
    public static ImageContent image(MediaSource source) {
        return ImageContent.of(source);
    }

    /**
     * A video: MP4 with H.264 and AAC, which every client plays.
     *
     * @param source the file; uploaded when the message is sent
     * @return the content
     */
    public static VideoContent video(MediaSource source) {
        return VideoContent.of(source, MediaKind.VIDEO);
    }

    /**
     * A video that plays without sound, again and again: MP4, not the GIF format.
     *
     * @param source the file; uploaded when the message is sent
     * @return the content
     */
    public static VideoContent gif(MediaSource source) {
        return VideoContent.of(source, MediaKind.GIF);
    }

    /**
     * A video that is shown in a circle (PTV): MP4, as wide as it is high.
     *
     * @param source the file; uploaded when the message is sent
     * @return the content
     */
    public static VideoContent videoNote(MediaSource source) {
        return VideoContent.of(source, MediaKind.VIDEO_NOTE);
    }

    /**
     * Music or another recording.
     *
     * @param source the file; uploaded when the message is sent
     * @return the content
     */
    public static AudioContent audio(MediaSource source) {
        return AudioContent.of(source, MediaKind.AUDIO);
    }

    /**
     * The voice of the sender (PTT): Opus in Ogg, one channel, which every client plays.
     *
     * @param source the file; uploaded when the message is sent
     * @return the content
     */
    public static AudioContent voiceNote(MediaSource source) {
        return AudioContent.of(source, MediaKind.VOICE_NOTE);
    }

    /**
     * A file of any type.
     *
     * @param source the file; uploaded when the message is sent
     * @param fileName what the receiver sees as its name, 1 to {@link ContentLimits#MAX_TEXT} UTF-16 units
     * @return the content
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public static DocumentContent document(MediaSource source, String fileName) {
        return DocumentContent.of(source, fileName);
    }

    /**
     * A sticker: WebP, 512 pixels wide and high.
     *
     * @param source the file; uploaded when the message is sent
     * @return the content
     */
    public static StickerContent sticker(MediaSource source) {
        return StickerContent.of(source);
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
     * A place.
     *
     * @param latitude degrees, -90 to 90
     * @param longitude degrees, -180 to 180
     * @return the content
     * @throws IllegalArgumentException if one of them is no place on earth
     */
    public static LocationContent location(double latitude, double longitude) {
        return LocationContent.of(latitude, longitude);
    }

    /**
     * Where this account is at the moment. Sent again as it moves, with higher sequence numbers.
     *
     * @param latitude degrees, -90 to 90
     * @param longitude degrees, -180 to 180
     * @return the content
     * @throws IllegalArgumentException if one of them is no place on earth
     */
    public static LiveLocationContent liveLocation(double latitude, double longitude) {
        return LiveLocationContent.of(latitude, longitude);
    }

    /**
     * People whom somebody can be reached at.
     *
     * @param contacts 1 to {@link ContentLimits#MAX_ITEMS} people
     * @return the content
     * @throws IllegalArgumentException if there are none or too many
     */
    public static ContactsContent contacts(Contact... contacts) {
        return ContactsContent.of(Copies.list(Arrays.asList(requireNonNull(contacts, "contacts")), "contacts"));
    }

    /**
     * A question to vote on; for any number of the options, unless a bound is set.
     *
     * @param question what is asked
     * @param options 1 to {@link ContentLimits#MAX_ITEMS} answers, which differ from each other
     * @return the content
     * @throws IllegalArgumentException if the question or an option is empty or too long, or the options are none, too many or the same
     */
    public static PollContent poll(String question, String... options) {
        return PollContent.of(question, Copies.list(Arrays.asList(requireNonNull(options, "options")), "options"));
    }

    /**
     * An event.
     *
     * @param name what takes place, not empty
     * @param startsAt when it begins; kept to the second
     * @return the content
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public static EventContent event(String name, Instant startsAt) {
        return EventContent.of(name, startsAt);
    }

    /**
     * Pins a message to the top of its chat, for everyone there.
     *
     * @param target the message
     * @param lifetime 1, 7 or 30 days, which are what the service knows
     * @return the content
     * @throws IllegalArgumentException if the service does not know this time
     */
    public static PinContent pin(MessageKey target, Duration lifetime) {
        return PinContent.of(target, lifetime);
    }

    /**
     * Takes a pinned message down.
     *
     * @param target the message
     * @return the content
     */
    public static PinContent unpin(MessageKey target) {
        return PinContent.removal(target);
    }

    /**
     * Keeps a message that would disappear.
     *
     * @param target the message
     * @return the content
     */
    public static KeepContent keep(MessageKey target) {
        return KeepContent.of(target, false);
    }

    /**
     * Lets a message disappear that was kept.
     *
     * @param target the message
     * @return the content
     */
    public static KeepContent unkeep(MessageKey target) {
        return KeepContent.of(target, true);
    }

    /**
     * Sets how long the messages of a chat with a person last from now on. This library then gives what it sends there that time.
     *
     * @param lifetime 1, 7 or 90 days, which are what the service knows, or zero: they stay
     * @return the content
     * @throws IllegalArgumentException if the service does not know this time
     */
    public static DisappearingTimerContent disappearingAfter(Duration lifetime) {
        return DisappearingTimerContent.of(lifetime);
    }

    /**
     * An invitation to a group, for one person.
     *
     * @param group the group
     * @param groupName its name
     * @param code what lets the person join, from the service
     * @param expiresAt until when; kept to the second
     * @return the content
     * @throws IllegalArgumentException if the group is none, the code is empty, or a text too long
     */
    public static GroupInviteContent groupInvite(Jid group, String groupName, String code, Instant expiresAt) {
        return GroupInviteContent.of(group, groupName, code, expiresAt);
    }

    /**
     * The head of an album: the pictures and videos follow, each with {@link #inAlbum(MessageKey)}.
     *
     * @param images how many pictures follow
     * @param videos how many videos follow
     * @return the content
     * @throws IllegalArgumentException if one of them is negative, or they are too many
     */
    public static AlbumContent album(int images, int videos) {
        return AlbumContent.of(images, videos);
    }

    /**
     * A comment under a message, as communities have it.
     *
     * @param target the message
     * @param comment the comment
     * @return the content
     * @throws IllegalArgumentException if the comment is about a comment in itself
     */
    public static CommentContent comment(MessageKey target, Content comment) {
        return CommentContent.of(target, comment);
    }

    /**
     * Asks a person who is known by LID alone for the phone number.
     *
     * @return the content
     */
    public static RequestPhoneNumberContent requestPhoneNumber() {
        return RequestPhoneNumberContent.of();
    }

    /**
     * Shows the phone number to a person who knows this account by LID alone.
     *
     * @return the content
     */
    public static SharePhoneNumberContent sharePhoneNumber() {
        return SharePhoneNumberContent.of();
    }

    /**
     * Sets whether what is written in a chat may be saved and passed on by those in it.
     *
     * @param limited true if it may not
     * @return the content
     */
    public static LimitSharingContent limitSharing(boolean limited) {
        return LimitSharingContent.of(limited);
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
     * The same content as a part of an album: a picture or a video.
     *
     * @param parent the head of the album, which was sent before
     * @return a new content
     */
    public final Content inAlbum(MessageKey parent) {
        return with(context.withAlbum(parent));
    }

    /**
     * The same content as a status of the group that it is sent to: the group's members are shown it for a day among
     * the status posts, and not in the chat ({@code groupStatusMessageV2}).
     *
     * @return a new content
     */
    public final Content asGroupStatus() {
        return with(context.withGroupStatus());
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
