package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProductMessage;
import java.time.Instant;
import java.util.Optional;

/** A product of a business. It can be passed on; one of one's own is made with the catalog. */
public final class ProductContent extends Content implements MessageContent {

    private final ProductMessage wire;

    private ProductContent(ProductMessage wire, MessageContext context) {
        super(context);
        this.wire = requireNonNull(wire, "wire");
    }

    static ProductContent read(Message message) {
        return new ProductContent(
                message.getProductMessage().toBuilder().clearContextInfo().build(), MessageContext.NONE);
    }

    /**
     * Its id in the catalog.
     *
     * @return the id, empty if there is none
     */
    public String productId() {
        return wire.getProduct().getProductID();
    }

    /**
     * Its name.
     *
     * @return the text, empty if there is none
     */
    public String title() {
        return wire.getProduct().getTitle();
    }

    /**
     * More about it.
     *
     * @return the text, empty if there is none
     */
    public String description() {
        return wire.getProduct().getDescription();
    }

    /**
     * What it costs.
     *
     * @return thousandths of a unit of {@link #currency()}
     */
    public long priceAmount1000() {
        return wire.getProduct().getPriceAmount1000();
    }

    /**
     * The currency, by its code of three letters.
     *
     * @return the code, empty if there is none
     */
    public String currency() {
        return wire.getProduct().getCurrencyCode();
    }

    /**
     * A page about it.
     *
     * @return the address, empty if there is none
     */
    public String url() {
        return wire.getProduct().getURL();
    }

    /**
     * The business.
     *
     * @return its address; empty if what came is none
     */
    public Optional<Jid> businessOwner() {
        return ContentLimits.jid(wire.getBusinessOwnerJID());
    }

    /**
     * What its author wrote to it.
     *
     * @return the text, empty if there is none
     */
    public String body() {
        return wire.getBody();
    }

    /**
     * The small print.
     *
     * @return the text, empty if there is none
     */
    public String footer() {
        return wire.getFooter();
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder().setProductMessage(wire);
    }

    @Override
    Content with(MessageContext context) {
        return new ProductContent(wire, context);
    }

    @Override
    Object value() {
        return wire;
    }

    /** Shows the kind and never the content. */
    @Override
    public String toString() {
        return "Product[]";
    }
}
