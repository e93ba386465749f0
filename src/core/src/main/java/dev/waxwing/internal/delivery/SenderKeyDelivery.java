package dev.waxwing.internal.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import dev.waxwing.error.IdentityNotConfirmedException;
import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.address.PeerTransaction;
import dev.waxwing.internal.crypto.RandomBytes;
import dev.waxwing.internal.delivery.SenderKeyAddressees.Walk;
import dev.waxwing.internal.device.DeviceDirectory;
import dev.waxwing.internal.device.SessionBuilder;
import dev.waxwing.internal.group.GroupParticipants;
import dev.waxwing.internal.signal.ParticipantHash;
import dev.waxwing.internal.signal.SenderKeyHolders;
import dev.waxwing.internal.signal.SenderKeyHolders.Holder;
import dev.waxwing.internal.signal.SenderKeyHolders.Known;
import dev.waxwing.internal.signal.SenderKeys;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.internal.threads.Lazy;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.SenderKeyDistributionMessage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTransaction;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * To all who share a sender key, those in a group or those whom a status is for: one ciphertext for all devices of all who are in it, and for those that do not have the key to it yet, the
 * key, each in a ciphertext of its own.
 *
 * <ol>
 *   <li>Who is in the group and which devices they have is worked out once, and holds until either changes, at most for
 *       {@link #KEPT}.
 *   <li>Whom the key is still missing is found by one walk over the devices, and then remembered under the version of
 *       the stored list ({@link SenderKeyHolders}): until the list gets another version, a message costs the same
 *       whatever the size of the group.
 *   <li>If a device has the key that is not the group's any more, or is somebody else's by now, there is a new key, and
 *       everybody gets it.
 *   <li>The key is handed out, noted on the list, and used, in one transaction with the outbox. If the list is not the
 *       one that was walked over, nothing of that happens, and it is walked over again.
 * </ol>
 *
 * <p>A device that there is no session with, because the server has no keys for it or false ones, gets no key; the next
 * walk tries again.
 */
public final class SenderKeyDelivery {

    private static final Logger LOG = LoggerFactory.getLogger(SenderKeyDelivery.class);

    /** How long the devices of a group are kept together: as long as the list of one person's by default. */
    static final Duration KEPT = Duration.ofMinutes(5);

    private static final int MOST_DEVICES_KEPT = 100_000;

    /** A companion that somebody else's server runs, which gets no sender keys (all peers). */
    private static final int HOSTED_DEVICE = 99;

    private final Supplier<Self> self;
    private final LidMappings lids;
    private final DeviceDirectory devices;
    private final SignalSessions sessions;
    private final SessionBuilder sessionBuilder;
    private final AccountStore store;
    private final Supplier<PublicIdentity> keys;
    private final Executor executor;
    private final LoopTimer timer;
    private final Lazy<Cache<Jid, GroupDevices>> known = new Lazy<>(this::cache);

    /** What was worked out while this moved is used once and not kept. */
    private final AtomicLong deviceChanges = new AtomicLong();

    /**
     * Delivers to groups.
     *
     * @param parts what the account has
     */
    public SenderKeyDelivery(MessagingParts parts) {
        this.self = parts.self();
        this.lids = parts.lids();
        this.devices = parts.devices();
        this.sessions = parts.sessions();
        this.sessionBuilder = parts.sessionBuilder();
        this.store = parts.store();
        this.keys = parts.keys();
        this.executor = parts.threads().continuations();
        this.timer = parts.threads().timer();
        devices.onChange(this::devicesChanged);
    }

    private Cache<Jid, GroupDevices> cache() {
        return Caffeine.newBuilder()
                .ticker(timer::nanoTime)
                .expireAfterWrite(KEPT)
                .maximumWeight(MOST_DEVICES_KEPT)
                .weigher((Jid group, GroupDevices of) -> of.size() + 1)
                .executor(Runnable::run)
                .build();
    }

    private void devicesChanged(Jid person) {
        deviceChanges.incrementAndGet();
        known.get().asMap().values().removeIf(group -> group.includes(person));
    }

    /**
     * Step 3 of sending.
     *
     * @param participants who is to have the key
     * @param recipients the people to note with what was sent; empty for a group
     * @param form how the stanza is written
     * @param self this account
     * @param listed called when the devices are known, before sessions are made
     * @return as for {@link Delivery#addressees}
     */
    CompletionStage<Delivery.Addressees> addressees(
            GroupParticipants participants,
            List<Jid> recipients,
            SenderKeyAddressees.Form form,
            Self self,
            Runnable listed) {
        return devicesOf(participants, self)
                .thenComposeAsync(
                        group -> {
                            listed.run();
                            return addressees(new SenderKeyAddressees.Sharing(group, recipients, form, keys));
                        },
                        executor);
    }

    /**
     * The devices of a group as far as is known now, without this one.
     *
     * @param group the group
     * @param self this account
     * @return completes with the devices as their sessions are filed, each with its address in the group
     */
    CompletionStage<Map<Jid, Jid>> devicesNow(GroupParticipants group, Self self) {
        return devicesOf(group, self).thenApply(GroupDevices::byFiled);
    }

    private CompletionStage<GroupDevices> devicesOf(GroupParticipants participants, Self self) {
        GroupDevices before = known.get().getIfPresent(participants.group());
        if (before != null && before.participants().equals(participants)) {
            return CompletableFuture.completedFuture(before);
        }
        long changes = deviceChanges.get();
        return devices.devicesOf(participants.members())
                .thenApplyAsync(
                        found -> {
                            GroupDevices group = together(participants, found, self);
                            known.get().put(participants.group(), group);
                            if (changes != deviceChanges.get()) {
                                known.get().invalidate(participants.group());
                            }
                            return group;
                        },
                        executor);
    }

    private GroupDevices together(GroupParticipants participants, List<Jid> found, Self self) {
        Map<Jid, Jid> members = new HashMap<>();
        Set<Jid> people = new HashSet<>();
        for (Jid member : participants.members()) {
            Jid filed = lids.canonical(member);
            members.put(filed, member);
            people.add(member);
            people.add(filed);
            lids.counterpart(member).ifPresent(people::add);
        }
        Map<Jid, Jid> named = new LinkedHashMap<>();
        for (Jid device : found) {
            Jid filed = lids.canonical(device);
            boolean takesKeys = !filed.isHosted() && filed.device() != HOSTED_DEVICE;
            if (takesKeys && !isThisDevice(filed, self)) {
                Jid member = members.getOrDefault(filed.person(), filed.person());
                named.put(filed, member.withDevice(filed.device()));
            }
        }
        List<Jid> all = new ArrayList<>(named.values());
        Optional<Jid> own = participants.byLid() ? self.lid() : self.me();
        own.ifPresent(all::add);
        return new GroupDevices(participants, own, named, people, ParticipantHash.of(all));
    }

    private boolean isThisDevice(Jid filed, Self self) {
        return self.lid().filter(filed::equals).isPresent()
                || self.me().map(lids::canonical).filter(filed::equals).isPresent();
    }

    private CompletionStage<Delivery.Addressees> addressees(SenderKeyAddressees.Sharing sharing) {
        GroupDevices group = sharing.group();
        GroupDevices.Settled settled = group.settled();
        if (settled != null) {
            return CompletableFuture.completedFuture(new SenderKeyAddressees.Steady(sharing, settled));
        }
        Walk walk = store.transact(tx -> walk(group, tx));
        if (!walk.newcomers().isEmpty()) {
            sharing.form().reached(walk.newcomers());
        }
        return reachable(walk.missing()).thenApply(reachable -> {
            if (reachable.isEmpty() && !walk.mustWrite()) {
                GroupDevices.Settled found = new GroupDevices.Settled(
                        walk.found().version(), walk.found().changes());
                group.settled(found);
                return new SenderKeyAddressees.Steady(sharing, found);
            }
            return new SenderKeyAddressees.HandingOut(sharing, walk, reachable, newVersion());
        });
    }

    private Walk walk(GroupDevices group, StoreTransaction tx) {
        Jid chat = group.participants().group();
        SenderKeyHolders holders = SenderKeyHolders.in(tx);
        Known found = holders.read(chat);
        boolean hasKey = SenderKeys.in(tx).ownIteration(chat).isPresent();
        boolean rotate = hasKey && found.identityChanged();
        boolean changed = !hasKey || rotate;
        Map<Jid, Holder> listed = new HashMap<>(2 * group.size());
        for (Map.Entry<Jid, Holder> entry : found.devices().entrySet()) {
            // Whose LID was learned since is nobody else.
            Jid filed = lids.canonical(entry.getKey(), tx);
            if (group.contains(filed)) {
                listed.merge(filed, entry.getValue(), (one, other) -> one.has() ? one : other);
            } else {
                rotate |= hasKey && entry.getValue().had();
                changed = true;
            }
        }
        List<Jid> missing = new ArrayList<>();
        for (Jid device : group.filed()) {
            Holder holder = listed.get(device);
            changed |= holder == null;
            if (rotate || !hasKey || holder == null || !holder.has()) {
                missing.add(device);
            }
        }
        if (rotate) {
            LOG.info("Group {} gets a new sender key: not all who have the present one are in it any more", chat);
        } else if (!changed) {
            holders.read(chat, found.version());
        }
        return new Walk(found, listed, rotate, missing, changed, newcomers(group, found, listed));
    }

    /** Nobody is new to the first message. */
    private Set<Jid> newcomers(GroupDevices group, Known found, Map<Jid, Holder> listed) {
        if (found.version() == SenderKeyHolders.NONE) {
            return Set.of();
        }
        Set<Jid> known = listed.keySet().stream().map(Jid::person).collect(Collectors.toSet());
        return group.filed().stream()
                .map(Jid::person)
                .filter(person -> !known.contains(person) && !self.get().includes(person))
                .collect(Collectors.toSet());
    }

    /** Those of some devices that there is a session with, once all sessions are made that can be. */
    private CompletionStage<List<Jid>> reachable(List<Jid> missing) {
        if (missing.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        return sessionBuilder
                .ensureSessions(missing)
                .exceptionallyCompose(failure -> {
                    // Who has a new key that nobody has confirmed yet gets nothing; the others must not wait for that.
                    return Failures.unwrap(failure) instanceof IdentityNotConfirmedException
                            ? CompletableFuture.completedFuture(null)
                            : CompletableFuture.failedFuture(failure);
                })
                .thenApplyAsync(
                        built -> {
                            Set<Jid> without = new HashSet<>(sessions.withoutSession(missing));
                            if (without.isEmpty()) {
                                return missing;
                            }
                            LOG.warn("{} devices of a group cannot be given its sender key", without.size());
                            LOG.debug("Without a sender key: {}", without);
                            return missing.stream()
                                    .filter(device -> !without.contains(device))
                                    .toList();
                        },
                        executor);
    }

    /**
     * A number for a changed list of those who have a sender key.
     *
     * @return a number that was never used, not {@link SenderKeyHolders#NONE}
     */
    public static long newVersion() {
        long version;
        do {
            version = ByteBuffer.wrap(RandomBytes.next(Long.BYTES)).getLong();
        } while (version == SenderKeyHolders.NONE);
        return version;
    }

    /**
     * The key of a group in a message of its own, or beside one that goes out again.
     *
     * @param group the group
     * @param peers the transaction's ratchets
     * @return the message
     */
    public static Message keyMessage(Jid group, PeerTransaction peers) {
        return Message.newBuilder()
                .setSenderKeyDistributionMessage(SenderKeyDistributionMessage.newBuilder()
                        .setGroupID(group.toString())
                        .setAxolotlSenderKeyDistributionMessage(ByteString.copyFrom(peers.ownSenderKey(group))))
                .build();
    }
}
