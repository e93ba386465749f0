package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.proto.e2e.LocationMessage;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;
import java.util.Optional;

/** A place. Make one by {@link Content#location(double, double)}. */
public final class LocationContent extends Content implements MessageContent {

    private final LocationMessage wire;

    private LocationContent(LocationMessage wire, MessageContext context) {
        super(context);
        this.wire = requireNonNull(wire, "wire");
    }

    static LocationContent read(Message message) {
        return new LocationContent(
                message.getLocationMessage().toBuilder().clearContextInfo().build(), MessageContext.NONE);
    }

    static LocationContent of(double latitude, double longitude) {
        ContentLimits.place(latitude, longitude);
        return new LocationContent(
                LocationMessage.newBuilder()
                        .setDegreesLatitude(latitude)
                        .setDegreesLongitude(longitude)
                        .build(),
                MessageContext.NONE);
    }

    /**
     * How far north.
     *
     * @return degrees, negative in the south
     */
    public double latitude() {
        return wire.getDegreesLatitude();
    }

    /**
     * How far east.
     *
     * @return degrees, negative in the west
     */
    public double longitude() {
        return wire.getDegreesLongitude();
    }

    /**
     * What is there.
     *
     * @return the text, empty if there is none
     */
    public String name() {
        return wire.getName();
    }

    /**
     * Where that is, for people.
     *
     * @return the text, empty if there is none
     */
    public String address() {
        return wire.getAddress();
    }

    /**
     * A page about it.
     *
     * @return the text, empty if there is none
     */
    public String url() {
        return wire.getURL();
    }

    /**
     * A small map of it, as JPEG.
     *
     * @return a copy of the bytes, empty if there are none
     */
    public Optional<byte[]> jpegThumbnail() {
        return wire.hasJPEGThumbnail() ? Optional.of(wire.getJPEGThumbnail().toByteArray()) : Optional.empty();
    }

    /**
     * The same with the name of what is there.
     *
     * @param name the name of what is there, at most {@link ContentLimits#MAX_TEXT} UTF-16 units
     * @return a new content
     * @throws IllegalArgumentException if it is too long
     */
    public LocationContent withName(String name) {
        return new LocationContent(
                wire.toBuilder().setName(ContentLimits.text(name, "name")).build(), context());
    }

    /**
     * The same with an address for people.
     *
     * @param address an address for people, at most {@link ContentLimits#MAX_TEXT} UTF-16 units
     * @return a new content
     * @throws IllegalArgumentException if it is too long
     */
    public LocationContent withAddress(String address) {
        return new LocationContent(
                wire.toBuilder()
                        .setAddress(ContentLimits.text(address, "address"))
                        .build(),
                context());
    }

    /**
     * The same with a page about it.
     *
     * @param url a page about it, at most {@link ContentLimits#MAX_TEXT} UTF-16 units
     * @return a new content
     * @throws IllegalArgumentException if it is too long
     */
    public LocationContent withUrl(String url) {
        return new LocationContent(
                wire.toBuilder().setURL(ContentLimits.text(url, "url")).build(), context());
    }

    /**
     * The same with a small map.
     *
     * @param jpeg an image, at most {@link ContentLimits#MAX_THUMBNAIL} bytes
     * @return a new content
     * @throws IllegalArgumentException if the image is too large
     */
    public LocationContent withJpegThumbnail(byte[] jpeg) {
        return new LocationContent(
                wire.toBuilder()
                        .setJPEGThumbnail(ContentLimits.thumbnail(jpeg, "jpeg"))
                        .build(),
                context());
    }

    LocationMessage message() {
        return wire;
    }

    static LocationContent of(LocationMessage wire) {
        return new LocationContent(wire, MessageContext.NONE);
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder().setLocationMessage(wire);
    }

    @Override
    Content with(MessageContext context) {
        return new LocationContent(wire, context);
    }

    @Override
    Object value() {
        return wire;
    }

    /** Shows the kind and never the content. */
    @Override
    public String toString() {
        return "Location[]";
    }
}
