package dev.waxwing.internal.delivery;

import dev.waxwing.internal.account.PreKeys;
import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.ReceivedHandlers;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.device.DeviceDirectory;
import dev.waxwing.internal.device.SessionBuilder;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.group.GroupRoster;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.store.AccountStore;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * What the pipelines of one account are built from.
 *
 * @param store the account's store
 * @param self who the account is now
 * @param keys the public halves of its keys as they are now
 * @param lids which addresses are one person
 * @param sessions the account's ratchets
 * @param preKeys makes one-time keys
 * @param devices who has which devices
 * @param groups who is in which group
 * @param sessionBuilder makes missing sessions
 * @param stream the account's stream
 * @param events where events are published
 * @param received who takes protocol messages
 * @param codecs the kinds of content that can be sent
 * @param threads the account's threads
 * @param clock gives messages their time
 */
public record MessagingParts(
        AccountStore store,
        Supplier<Self> self,
        Supplier<PublicIdentity> keys,
        LidMappings lids,
        SignalSessions sessions,
        PreKeys preKeys,
        DeviceDirectory devices,
        GroupRoster groups,
        SessionBuilder sessionBuilder,
        StanzaStream stream,
        EventDispatcher events,
        ReceivedHandlers received,
        ContentCodecs codecs,
        AccountThreads threads,
        Clock clock) {}
