package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.proto.e2e.LiveLocationMessage;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;

/** Where somebody is at the moment, sent again as they move. Make one by {@link Content#liveLocation(double, double)}. */
public final class LiveLocationContent extends Content implements MessageContent {

    private final LiveLocationMessage wire;

    private LiveLocationContent(LiveLocationMessage wire, MessageContext context) {
        super(context);
        this.wire = requireNonNull(wire, "wire");
    }

    static LiveLocationContent read(Message message) {
        return new LiveLocationContent(
                message.getLiveLocationMessage().toBuilder().clearContextInfo().build(), MessageContext.NONE);
    }

    static LiveLocationContent of(double latitude, double longitude) {
        ContentLimits.place(latitude, longitude);
        return new LiveLocationContent(
                LiveLocationMessage.newBuilder()
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
     * What its author wrote to it.
     *
     * @return the text, empty if there is none
     */
    public String caption() {
        return wire.getCaption();
    }

    /**
     * How exact it is.
     *
     * @return a radius in metres, 0 if it is not said
     */
    public int accuracyMeters() {
        return wire.getAccuracyInMeters();
    }

    /**
     * How fast they move.
     *
     * @return metres in a second, 0 if it is not said
     */
    public float speedMetersPerSecond() {
        return wire.getSpeedInMps();
    }

    /**
     * Which of the places of one sharing this is: a later one has a higher number.
     *
     * @return the number, 0 if it is not said
     */
    public long sequenceNumber() {
        return wire.getSequenceNumber();
    }

    /**
     * The same with a caption.
     *
     * @param caption a caption, at most {@link ContentLimits#MAX_TEXT} UTF-16 units
     * @return a new content
     * @throws IllegalArgumentException if it is too long
     */
    public LiveLocationContent withCaption(String caption) {
        return new LiveLocationContent(
                wire.toBuilder()
                        .setCaption(ContentLimits.text(caption, "caption"))
                        .build(),
                context());
    }

    /**
     * The same with a number, higher than that of the place before.
     *
     * @param sequenceNumber 0 or more; clients take microseconds since 1970
     * @return a new content
     * @throws IllegalArgumentException if the number is negative
     */
    public LiveLocationContent withSequenceNumber(long sequenceNumber) {
        if (sequenceNumber < 0) {
            throw new IllegalArgumentException("sequenceNumber must not be negative but was " + sequenceNumber);
        }
        return new LiveLocationContent(
                wire.toBuilder().setSequenceNumber(sequenceNumber).build(), context());
    }

    /**
     * The same with what the receiver measured.
     *
     * @param accuracyMeters a radius in metres, 0 or more
     * @param speedMetersPerSecond metres in a second, 0 or more
     * @param degreesFromNorth clockwise from magnetic north, 0 to 359
     * @return a new content
     * @throws IllegalArgumentException if one of them is out of its range
     */
    public LiveLocationContent withMovement(int accuracyMeters, float speedMetersPerSecond, int degreesFromNorth) {
        if (accuracyMeters < 0) {
            throw new IllegalArgumentException("accuracyMeters must not be negative but was " + accuracyMeters);
        }
        if (!(speedMetersPerSecond >= 0 && speedMetersPerSecond < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "speedMetersPerSecond must be a number and not negative but was " + speedMetersPerSecond);
        }
        if (degreesFromNorth < 0 || degreesFromNorth > 359) {
            throw new IllegalArgumentException("degreesFromNorth must be 0 to 359 but was " + degreesFromNorth);
        }
        return new LiveLocationContent(
                wire.toBuilder()
                        .setAccuracyInMeters(accuracyMeters)
                        .setSpeedInMps(speedMetersPerSecond)
                        .setDegreesClockwiseFromMagneticNorth(degreesFromNorth)
                        .build(),
                context());
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder().setLiveLocationMessage(wire);
    }

    @Override
    Content with(MessageContext context) {
        return new LiveLocationContent(wire, context);
    }

    @Override
    Object value() {
        return wire;
    }

    /** Shows the kind and never the content. */
    @Override
    public String toString() {
        return "LiveLocation[" + sequenceNumber() + "]";
    }
}
