package dev.waxwing.event;

/** A listener's place on the bus. Closing it ends the subscription; closing twice is harmless. Safe from any thread. */
public interface Subscription extends AutoCloseable {

    /** Ends the subscription. A call of the listener that is already under way finishes; no further one starts. */
    @Override
    void close();
}
