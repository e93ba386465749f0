package dev.waxwing.internal.event;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What to do when a listener throws on an event that must not be lost. Called on the listener's thread.
 *
 * @param <T> the event's payload
 */
public interface Redelivery<T> {

    /**
     * Takes a payload apart, so that one part that a listener cannot bear does not hold up the others.
     *
     * @param payload what a listener threw on
     * @return the parts that may be delivered by themselves, in order; one if it has none
     */
    List<T> parts(T payload);

    /**
     * How long to wait before the listener is called again.
     *
     * @param failures how often it threw on this part, from 1
     * @return the time, or empty if it is not called again
     */
    Optional<Duration> delayAfter(int failures);

    /**
     * The listener is not called again with this part; the event counts as heard.
     *
     * @param part what it threw on
     * @param failures how often
     * @param thrown what it threw last
     */
    void gaveUp(T part, int failures, Throwable thrown);
}
