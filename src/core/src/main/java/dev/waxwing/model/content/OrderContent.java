package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.OrderMessage;
import java.time.Instant;
import java.util.Optional;

/** An order from a catalog, as a customer sends it to a business. It can be passed on; an order of one's own is made with the catalog. */
public final class OrderContent extends Content implements MessageContent {

    private final OrderMessage wire;

    private OrderContent(OrderMessage wire, MessageContext context) {
        super(context);
        this.wire = requireNonNull(wire, "wire");
    }

    static OrderContent read(Message message) {
        return new OrderContent(
                message.getOrderMessage().toBuilder().clearContextInfo().build(), MessageContext.NONE);
    }

    /**
     * Its id, by which the business looks it up.
     *
     * @return the text, empty if there is none
     */
    public String orderId() {
        return wire.getOrderID();
    }

    /**
     * What the business needs beside the id to look it up.
     *
     * @return the text, empty if there is none
     */
    public String token() {
        return wire.getToken();
    }

    /**
     * How many items.
     *
     * @return the number
     */
    public int itemCount() {
        return wire.getItemCount();
    }

    /**
     * Its title.
     *
     * @return the text, empty if there is none
     */
    public String title() {
        return wire.getOrderTitle();
    }

    /**
     * What the customer wrote to it.
     *
     * @return the text, empty if there is none
     */
    public String text() {
        return wire.getMessage();
    }

    /**
     * The business.
     *
     * @return its address; empty if what came is none
     */
    public Optional<Jid> seller() {
        return ContentLimits.jid(wire.getSellerJID());
    }

    /**
     * What it costs.
     *
     * @return thousandths of a unit of {@link #currency()}
     */
    public long totalAmount1000() {
        return wire.getTotalAmount1000();
    }

    /**
     * The currency, by its code of three letters.
     *
     * @return the text, empty if there is none
     */
    public String currency() {
        return wire.getTotalCurrencyCode();
    }

    /**
     * A small picture, as JPEG.
     *
     * @return a copy of the bytes, empty if there are none
     */
    public Optional<byte[]> jpegThumbnail() {
        return wire.hasThumbnail() ? Optional.of(wire.getThumbnail().toByteArray()) : Optional.empty();
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder().setOrderMessage(wire);
    }

    @Override
    Content with(MessageContext context) {
        return new OrderContent(wire, context);
    }

    @Override
    Object value() {
        return wire;
    }

    /** Shows the kind and never the content. */
    @Override
    public String toString() {
        return "Order[]";
    }
}
