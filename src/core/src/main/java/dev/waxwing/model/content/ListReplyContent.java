package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.proto.e2e.ListResponseMessage;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;

/** What a person chose from a list. Make one by {@link #of(String, String)}. */
public final class ListReplyContent extends Content implements MessageContent {

    private final ListResponseMessage wire;

    private ListReplyContent(ListResponseMessage wire, MessageContext context) {
        super(context);
        this.wire = requireNonNull(wire, "wire");
    }

    static ListReplyContent read(Message message) {
        return new ListReplyContent(
                message.getListResponseMessage().toBuilder().clearContextInfo().build(), MessageContext.NONE);
    }

    /**
     * The answer to a list.
     *
     * @param rowId the id of the row
     * @param title what it says
     * @return the content
     * @throws IllegalArgumentException if one of them is too long
     */
    public static ListReplyContent of(String rowId, String title) {
        return new ListReplyContent(
                ListResponseMessage.newBuilder()
                        .setTitle(ContentLimits.text(title, "title"))
                        .setListType(ListResponseMessage.ListType.SINGLE_SELECT)
                        .setSingleSelectReply(ListResponseMessage.SingleSelectReply.newBuilder()
                                .setSelectedRowID(ContentLimits.text(rowId, "rowId")))
                        .build(),
                MessageContext.NONE);
    }

    /**
     * Which row.
     *
     * @return its id, empty if there is none
     */
    public String rowId() {
        return wire.getSingleSelectReply().getSelectedRowID();
    }

    /**
     * What the row says.
     *
     * @return the text, empty if there is none
     */
    public String title() {
        return wire.getTitle();
    }

    /**
     * More of what the row says.
     *
     * @return the text, empty if there is none
     */
    public String description() {
        return wire.getDescription();
    }

    /**
     * The same with the description of the row.
     *
     * @param description the description of the row, at most {@link ContentLimits#MAX_TEXT} UTF-16 units
     * @return a new content
     * @throws IllegalArgumentException if it is too long
     */
    public ListReplyContent withDescription(String description) {
        return new ListReplyContent(
                wire.toBuilder()
                        .setDescription(ContentLimits.text(description, "description"))
                        .build(),
                context());
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder().setListResponseMessage(wire);
    }

    @Override
    Content with(MessageContext context) {
        return new ListReplyContent(wire, context);
    }

    @Override
    Object value() {
        return wire;
    }

    /** Shows the kind and never the content. */
    @Override
    public String toString() {
        return "ListReply[]";
    }
}
