package dev.waxwing.testkit.state;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;

/**
 * The clock every time stamp of a loopback server comes from: another clock, shifted by as much as a test likes.
 *
 * <p>Only what the server <em>says</em> follows this clock; delays run in real time. Safe for use by several threads.
 */
public final class ShiftedClock extends Clock {

    private final Clock base;
    private volatile Duration shift;

    /**
     * Wraps a clock, not shifted.
     *
     * @param base the clock to follow
     */
    public ShiftedClock(Clock base) {
        this(base, Duration.ZERO);
    }

    private ShiftedClock(Clock base, Duration shift) {
        this.base = Objects.requireNonNull(base, "base");
        this.shift = shift;
    }

    /**
     * Sets the present time; it goes on from there.
     *
     * @param now what {@link #instant()} answers next
     */
    public void set(Instant now) {
        shift = Duration.between(base.instant(), Objects.requireNonNull(now, "now"));
    }

    /**
     * Moves the time.
     *
     * @param by how far; negative goes back
     */
    public synchronized void advance(Duration by) {
        shift = shift.plus(Objects.requireNonNull(by, "by"));
    }

    @Override
    public Instant instant() {
        return base.instant().plus(shift);
    }

    /**
     * The present time as stanzas carry it in {@code t}.
     *
     * @return seconds since 1970
     */
    public long seconds() {
        return instant().getEpochSecond();
    }

    @Override
    public ZoneId getZone() {
        return base.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new ShiftedClock(base.withZone(zone), shift);
    }
}
