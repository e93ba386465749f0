package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.NewsletterAdminInviteMessage;
import java.time.Instant;
import java.util.Optional;

/** Invites a person to be an admin of a newsletter. Make one by {@link #of(Jid, String, Instant)}. */
public final class NewsletterAdminInviteContent extends Content implements MessageContent {

    private final NewsletterAdminInviteMessage wire;

    private NewsletterAdminInviteContent(NewsletterAdminInviteMessage wire, MessageContext context) {
        super(context);
        this.wire = requireNonNull(wire, "wire");
    }

    static NewsletterAdminInviteContent read(Message message) {
        return new NewsletterAdminInviteContent(
                message.getNewsletterAdminInviteMessage().toBuilder()
                        .clearContextInfo()
                        .build(),
                MessageContext.NONE);
    }

    /**
     * An invitation to be an admin of a newsletter, for one person.
     *
     * @param newsletter the newsletter
     * @param newsletterName its name
     * @param expiresAt until when; kept to the second
     * @return the content
     * @throws IllegalArgumentException if the newsletter is none, or its name too long
     */
    public static NewsletterAdminInviteContent of(Jid newsletter, String newsletterName, Instant expiresAt) {
        if (!requireNonNull(newsletter, "newsletter").isNewsletter()) {
            throw new IllegalArgumentException("newsletter must be a newsletter but was " + newsletter);
        }
        return new NewsletterAdminInviteContent(
                NewsletterAdminInviteMessage.newBuilder()
                        .setNewsletterJID(newsletter.toString())
                        .setNewsletterName(ContentLimits.text(newsletterName, "newsletterName"))
                        .setInviteExpiration(
                                requireNonNull(expiresAt, "expiresAt").getEpochSecond())
                        .build(),
                MessageContext.NONE);
    }

    /**
     * The newsletter.
     *
     * @return its address; empty if what came is none
     */
    public Optional<Jid> newsletter() {
        return ContentLimits.jid(wire.getNewsletterJID());
    }

    /**
     * Its name.
     *
     * @return the text, empty if there is none
     */
    public String newsletterName() {
        return wire.getNewsletterName();
    }

    /**
     * What its author wrote to it.
     *
     * @return the text, empty if there is none
     */
    public String caption() {
        return wire.getCaption();
    }

    /**
     * Until when.
     *
     * @return the time, to the second
     */
    public Instant expiresAt() {
        return ContentLimits.second(wire.getInviteExpiration());
    }

    /**
     * The same with a text.
     *
     * @param caption a text, at most {@link ContentLimits#MAX_TEXT} UTF-16 units
     * @return a new content
     * @throws IllegalArgumentException if it is too long
     */
    public NewsletterAdminInviteContent withCaption(String caption) {
        return new NewsletterAdminInviteContent(
                wire.toBuilder()
                        .setCaption(ContentLimits.text(caption, "caption"))
                        .build(),
                context());
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder().setNewsletterAdminInviteMessage(wire);
    }

    @Override
    Content with(MessageContext context) {
        return new NewsletterAdminInviteContent(wire, context);
    }

    @Override
    Object value() {
        return wire;
    }

    /** Shows the kind and never the content. */
    @Override
    public String toString() {
        return "NewsletterAdminInvite[" + wire.getNewsletterJID() + "]";
    }
}
