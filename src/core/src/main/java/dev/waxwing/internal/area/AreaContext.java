package dev.waxwing.internal.area;

import dev.waxwing.internal.account.Availability;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.store.AccountStore;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * What every area of one account is given.
 *
 * @param self who the account is now
 * @param availability whether this device says that its user is there
 * @param people which addresses are one person
 * @param stream the account's stream
 * @param store the account's store
 * @param events where the area publishes its events
 * @param threads the account's threads
 * @param clock the time
 */
public record AreaContext(
        Supplier<Self> self,
        Availability availability,
        LidMappings people,
        StanzaStream stream,
        AccountStore store,
        EventDispatcher events,
        AccountThreads threads,
        Clock clock) {}
