package dev.waxwing.internal.account;

/**
 * Whether this device says that its user is there. Presence sets it; receipts look at it, because a device that is not
 * there delivers as {@code inactive}. Thread-safe.
 */
public final class Availability {

    private volatile boolean available;

    /**
     * Creates one.
     *
     * @param available whether the device says so when it connects first
     */
    public Availability(boolean available) {
        this.available = available;
    }

    /**
     * What the device says.
     *
     * @return true if its user is there
     */
    public boolean isAvailable() {
        return available;
    }

    /**
     * Changes what the device says from now on, on later connections too.
     *
     * @param available whether its user is there
     */
    public void set(boolean available) {
        this.available = available;
    }
}
