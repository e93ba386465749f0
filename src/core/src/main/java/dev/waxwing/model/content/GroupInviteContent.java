package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.GroupInviteMessage;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;
import java.util.Optional;

/** An invitation to a group, for one person. Make one by {@link Content#groupInvite(Jid, String, String, Instant)}. */
public final class GroupInviteContent extends Content implements MessageContent {

    private final GroupInviteMessage wire;

    private GroupInviteContent(GroupInviteMessage wire, MessageContext context) {
        super(context);
        this.wire = requireNonNull(wire, "wire");
    }

    static GroupInviteContent read(Message message) {
        return new GroupInviteContent(
                message.getGroupInviteMessage().toBuilder().clearContextInfo().build(), MessageContext.NONE);
    }

    static GroupInviteContent of(Jid group, String groupName, String code, Instant expiresAt) {
        if (!requireNonNull(group, "group").isGroup()) {
            throw new IllegalArgumentException("group must be a group but was " + group);
        }
        if (requireNonNull(code, "code").isEmpty()) {
            throw new IllegalArgumentException("code must not be empty");
        }
        return new GroupInviteContent(
                GroupInviteMessage.newBuilder()
                        .setGroupJID(group.toString())
                        .setInviteCode(ContentLimits.text(code, "code"))
                        .setInviteExpiration(
                                requireNonNull(expiresAt, "expiresAt").getEpochSecond())
                        .setGroupName(ContentLimits.text(groupName, "groupName"))
                        .build(),
                MessageContext.NONE);
    }

    /**
     * The group.
     *
     * @return its address; empty if what came is none
     */
    public Optional<Jid> group() {
        return ContentLimits.jid(wire.getGroupJID());
    }

    /**
     * The name of the group.
     *
     * @return the text, empty if there is none
     */
    public String groupName() {
        return wire.getGroupName();
    }

    /**
     * What lets the invited person join, until then.
     *
     * @return the text, empty if there is none
     */
    public String code() {
        return wire.getInviteCode();
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
     * What its author wrote to it.
     *
     * @return the text, empty if there is none
     */
    public String caption() {
        return wire.getCaption();
    }

    /**
     * The same with a text.
     *
     * @param caption a text, at most {@link ContentLimits#MAX_TEXT} UTF-16 units
     * @return a new content
     * @throws IllegalArgumentException if it is too long
     */
    public GroupInviteContent withCaption(String caption) {
        return new GroupInviteContent(
                wire.toBuilder()
                        .setCaption(ContentLimits.text(caption, "caption"))
                        .build(),
                context());
    }

    /**
     * The picture of the group, as JPEG.
     *
     * @return a copy of the bytes, empty if there are none
     */
    public Optional<byte[]> jpegThumbnail() {
        return wire.hasJPEGThumbnail() ? Optional.of(wire.getJPEGThumbnail().toByteArray()) : Optional.empty();
    }

    /**
     * The same with the picture of the group.
     *
     * @param jpeg an image, at most {@link ContentLimits#MAX_THUMBNAIL} bytes
     * @return a new content
     * @throws IllegalArgumentException if the image is too large
     */
    public GroupInviteContent withJpegThumbnail(byte[] jpeg) {
        return new GroupInviteContent(
                wire.toBuilder()
                        .setJPEGThumbnail(ContentLimits.thumbnail(jpeg, "jpeg"))
                        .build(),
                context());
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder().setGroupInviteMessage(wire);
    }

    @Override
    Content with(MessageContext context) {
        return new GroupInviteContent(wire, context);
    }

    @Override
    Object value() {
        return wire;
    }

    /** Shows the kind and never the content. */
    @Override
    public String toString() {
        return "GroupInvite[" + wire.getGroupJID() + "]";
    }
}
