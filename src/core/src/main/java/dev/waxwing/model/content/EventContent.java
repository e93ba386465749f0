package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.proto.e2e.EventMessage;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;
import java.util.Optional;

/** An event that members of a group can answer whether they come. Make one by {@link Content#event(String, Instant)}. */
public final class EventContent extends Content implements MessageContent {

    private final EventMessage wire;

    private EventContent(EventMessage wire, MessageContext context) {
        super(context);
        this.wire = requireNonNull(wire, "wire");
    }

    static EventContent read(Message message) {
        return new EventContent(
                message.getEventMessage().toBuilder().clearContextInfo().build(), MessageContext.NONE);
    }

    static EventContent of(String name, Instant startsAt) {
        if (requireNonNull(name, "name").isEmpty()) {
            throw new IllegalArgumentException("name must not be empty");
        }
        return new EventContent(
                EventMessage.newBuilder()
                        .setIsCanceled(false)
                        .setName(ContentLimits.text(name, "name"))
                        .setStartTime(requireNonNull(startsAt, "startsAt").getEpochSecond())
                        .setIsScheduleCall(false)
                        .build(),
                MessageContext.NONE);
    }

    /**
     * What takes place.
     *
     * @return the text, empty if there is none
     */
    public String name() {
        return wire.getName();
    }

    /**
     * More about it.
     *
     * @return the text, empty if there is none
     */
    public String description() {
        return wire.getDescription();
    }

    /**
     * When it begins.
     *
     * @return the time, to the second
     */
    public Instant startsAt() {
        return ContentLimits.second(wire.getStartTime());
    }

    /**
     * When it ends.
     *
     * @return the time, to the second; empty if it is not said
     */
    public Optional<Instant> endsAt() {
        return wire.getEndTime() == 0 ? Optional.empty() : Optional.of(ContentLimits.second(wire.getEndTime()));
    }

    /**
     * Where it takes place.
     *
     * @return the place, empty if it is not said
     */
    public Optional<LocationContent> location() {
        return wire.hasLocation() ? Optional.of(LocationContent.of(wire.getLocation())) : Optional.empty();
    }

    /**
     * The link of the call that it is held in.
     *
     * @return the text, empty if there is none
     */
    public String joinLink() {
        return wire.getJoinLink();
    }

    /**
     * Whether those who come may bring others.
     *
     * @return true if so
     */
    public boolean areExtraGuestsAllowed() {
        return wire.getExtraGuestsAllowed();
    }

    /**
     * Whether it does not take place.
     *
     * @return true if so
     */
    public boolean isCanceled() {
        return wire.getIsCanceled();
    }

    /**
     * Whether it is a call.
     *
     * @return true if so
     */
    public boolean isScheduledCall() {
        return wire.getIsScheduleCall();
    }

    /**
     * The same with a description.
     *
     * @param description a description, at most {@link ContentLimits#MAX_TEXT} UTF-16 units
     * @return a new content
     * @throws IllegalArgumentException if it is too long
     */
    public EventContent withDescription(String description) {
        return new EventContent(
                wire.toBuilder()
                        .setDescription(ContentLimits.text(description, "description"))
                        .build(),
                context());
    }

    /**
     * The same with an end.
     *
     * @param endsAt when it ends, not before it begins
     * @return a new content
     * @throws IllegalArgumentException if that is before it begins
     */
    public EventContent withEnd(Instant endsAt) {
        if (requireNonNull(endsAt, "endsAt").isBefore(startsAt())) {
            throw new IllegalArgumentException("endsAt must not be before " + startsAt() + " but was " + endsAt);
        }
        return new EventContent(
                wire.toBuilder().setEndTime(endsAt.getEpochSecond()).build(), context());
    }

    /**
     * The same with a place.
     *
     * @param location where
     * @return a new content
     */
    public EventContent withLocation(LocationContent location) {
        return new EventContent(
                wire.toBuilder()
                        .setLocation(requireNonNull(location, "location").message())
                        .build(),
                context());
    }

    /**
     * The same with the link of a call.
     *
     * @param joinLink the link of a call, at most {@link ContentLimits#MAX_TEXT} UTF-16 units
     * @return a new content
     * @throws IllegalArgumentException if it is too long
     */
    public EventContent withJoinLink(String joinLink) {
        return new EventContent(
                wire.toBuilder()
                        .setJoinLink(ContentLimits.text(joinLink, "joinLink"))
                        .build(),
                context());
    }

    /**
     * The same, and those who come may bring others, or may not.
     *
     * @param allowed whether they may
     * @return a new content
     */
    public EventContent withExtraGuests(boolean allowed) {
        return new EventContent(wire.toBuilder().setExtraGuestsAllowed(allowed).build(), context());
    }

    /**
     * The same as a call.
     *
     * @return a new content
     */
    public EventContent asScheduledCall() {
        return new EventContent(wire.toBuilder().setIsScheduleCall(true).build(), context());
    }

    /**
     * The same, said not to take place.
     *
     * @return a new content
     */
    public EventContent canceled() {
        return new EventContent(wire.toBuilder().setIsCanceled(true).build(), context());
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder().setEventMessage(wire);
    }

    @Override
    Content with(MessageContext context) {
        return new EventContent(wire, context);
    }

    @Override
    Object value() {
        return wire;
    }

    /** Shows the kind and never the content. */
    @Override
    public String toString() {
        return "Event[]";
    }
}
