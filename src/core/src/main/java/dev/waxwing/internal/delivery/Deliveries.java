package dev.waxwing.internal.delivery;

import dev.waxwing.internal.content.Audience;
import java.util.Map;
import java.util.Optional;

/** The audiences that this account can send to, each with its delivery. */
public final class Deliveries {

    private final Map<Class<? extends Audience>, Delivery> byAudience;

    /**
     * Names the audiences that can be sent to.
     *
     * @param byAudience the delivery of each kind of audience
     */
    public Deliveries(Map<Class<? extends Audience>, Delivery> byAudience) {
        this.byAudience = Map.copyOf(byAudience);
    }

    /**
     * The delivery for an audience, empty if this version only receives from there.
     *
     * @param audience whom the message is for
     * @return its delivery
     */
    public Optional<Delivery> to(Audience audience) {
        return Optional.ofNullable(byAudience.get(audience.getClass()));
    }

    /**
     * The delivery for an audience that the application named.
     *
     * @param audience whom the message is for
     * @return its delivery
     * @throws IllegalArgumentException if this version only receives from there
     */
    public Delivery require(Audience audience) {
        return to(audience)
                .orElseThrow(() -> new IllegalArgumentException(
                        "to must be a person, a group, the status or a broadcast list but was "
                                + audience.description() + ", " + audience.address()
                                + "; messages to others are not supported yet"));
    }
}
