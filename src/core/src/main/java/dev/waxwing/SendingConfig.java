package dev.waxwing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.store.UserDevicesCache;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What waits on its way out, for how long, and to which devices it goes; a section of {@link SocketConfig}. Not
 * thread-safe.
 */
public final class SendingConfig extends ConfigSection<SendingConfig> {

    private static final int MAX_OUTBOX = 15_000;

    Duration timeout = Duration.ofSeconds(75);
    Duration ackTimeout = Duration.ofSeconds(20);
    int outboxLimit = 10_000;
    Duration outboxExpiry = Duration.ofHours(24);

    @Nullable
    UserDevicesCache userDevicesCache;

    Duration userDevicesCacheTtl = Duration.ofMinutes(5);

    SendingConfig() {}

    /**
     * How long the future of a sent message waits, from the call; default 75 s. After that it fails: with
     * {@link dev.waxwing.error.ConnectionLostException} if the message could not be stored for the want of a
     * connection, and then it is not sent; with {@link dev.waxwing.error.RequestTimeoutException} if it was stored, and
     * then it stays in the outbox. Receipts of the application wait as long for a connection.
     *
     * @param timeout 1 ms to 7 days
     * @return this section
     */
    public SendingConfig timeout(Duration timeout) {
        this.timeout = time(timeout, "timeout");
        return this;
    }

    /**
     * How long a message waits for the server's acknowledgement before the same bytes go out again; default 20 s. If
     * they are not acknowledged then either, and nothing else was, the connection counts as lost.
     *
     * @param ackTimeout 1 ms to 7 days
     * @return this section
     */
    public SendingConfig ackTimeout(Duration ackTimeout) {
        this.ackTimeout = time(ackTimeout, "ackTimeout");
        return this;
    }

    /**
     * How many messages may be on their way to the server, stored (be it by an earlier run) or about to be; default
     * 10,000. A message beyond that is not taken: its future fails at once with
     * {@link dev.waxwing.error.OutboxFullException}.
     *
     * @param outboxLimit 1 to 15,000, which is what one connection can wait for
     * @return this section
     */
    public SendingConfig outboxLimit(int outboxLimit) {
        this.outboxLimit = number(outboxLimit, 1, MAX_OUTBOX, "outboxLimit");
        return this;
    }

    /**
     * How old a message may become in the outbox; default 24 h. An older one is not sent any more:
     * {@code messages.update} tells so with {@link dev.waxwing.model.MessageStatus#ERROR}, after a restart too, and a
     * future that still waits fails with {@link dev.waxwing.error.MessageExpiredException}.
     *
     * @param outboxExpiry 1 ms to 7 days, for which what was sent is remembered
     * @return this section
     */
    public SendingConfig outboxExpiry(Duration outboxExpiry) {
        this.outboxExpiry = time(outboxExpiry, "outboxExpiry");
        return this;
    }

    /**
     * Where device lists are remembered; by default in memory, for {@link #userDevicesCacheTtl(Duration)} each. That
     * memory is one for all sockets of a {@link Waxwing runtime}, and each sees its own lists alone.
     *
     * @param userDevicesCache the application's own, for instance one shared by several processes
     * @return this section
     */
    public SendingConfig userDevicesCache(UserDevicesCache userDevicesCache) {
        this.userDevicesCache = requireNonNull(userDevicesCache, "userDevicesCache");
        return this;
    }

    /**
     * How long the built-in cache uses a device list before it is asked for again; default 300 s. Without meaning for a
     * cache given by {@link #userDevicesCache(UserDevicesCache)}.
     *
     * @param userDevicesCacheTtl 1 ms to 7 days
     * @return this section
     */
    public SendingConfig userDevicesCacheTtl(Duration userDevicesCacheTtl) {
        this.userDevicesCacheTtl = time(userDevicesCacheTtl, "userDevicesCacheTtl");
        return this;
    }
}
