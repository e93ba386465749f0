package dev.waxwing.internal.delivery;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import dev.waxwing.error.IdentityNotConfirmedException;
import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.addon.ReportingToken;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.address.PeerTransaction;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.Lifetime;
import dev.waxwing.internal.content.MessagePadding;
import dev.waxwing.internal.content.MessageStanza;
import dev.waxwing.internal.content.StanzaKind;
import dev.waxwing.internal.crypto.RandomBytes;
import dev.waxwing.internal.device.DeviceDirectory;
import dev.waxwing.internal.device.SessionBuilder;
import dev.waxwing.internal.group.GroupParticipants;
import dev.waxwing.internal.group.GroupRoster;
import dev.waxwing.internal.signal.ParticipantHash;
import dev.waxwing.internal.signal.SenderKeyHolders;
import dev.waxwing.internal.signal.SenderKeyHolders.Holder;
import dev.waxwing.internal.signal.SenderKeyHolders.Known;
import dev.waxwing.internal.signal.SenderKeys;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.internal.threads.Lazy;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.SenderKeyDistributionMessage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTransaction;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
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
 * To a group: one ciphertext for all devices of all who are in it, and for those that do not have the key to it yet, the
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
public final class GroupDelivery implements Delivery {

    private static final Logger LOG = LoggerFactory.getLogger(GroupDelivery.class);

    /** How long the devices of a group are kept together: as long as the list of one person's by default. */
    static final Duration KEPT = Duration.ofMinutes(5);

    private static final int MOST_DEVICES_KEPT = 100_000;

    /** A companion that somebody else's server runs, which gets no sender keys (all peers). */
    private static final int HOSTED_DEVICE = 99;

    private final Supplier<Self> self;
    private final LidMappings lids;
    private final DeviceDirectory devices;
    private final GroupRoster groups;
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
    public GroupDelivery(MessagingParts parts) {
        this.self = parts.self();
        this.lids = parts.lids();
        this.devices = parts.devices();
        this.groups = parts.groups();
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

    @Override
    public CompletionStage<Addressees> addressees(Jid to, Self self, Runnable listed) {
        return devicesOf(to.person(), self)
                .thenComposeAsync(
                        group -> {
                            listed.run();
                            return addressees(group);
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
    public CompletionStage<Map<Jid, Jid>> devicesNow(Jid group, Self self) {
        return devicesOf(group, self).thenApply(GroupDevices::byFiled);
    }

    private CompletionStage<GroupDevices> devicesOf(Jid group, Self self) {
        return groups.participants(group).thenComposeAsync(participants -> devicesOf(participants, self), executor);
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

    private CompletionStage<Addressees> addressees(GroupDevices group) {
        GroupDevices.Settled settled = group.settled();
        if (settled != null) {
            return CompletableFuture.completedFuture(new Steady(group, settled, keys));
        }
        Walk walk = store.transact(tx -> walk(group, tx));
        if (!walk.newcomers.isEmpty()) {
            groups.reached(group.participants().group(), walk.newcomers);
        }
        return reachable(walk.missing).thenApply(reachable -> {
            if (reachable.isEmpty() && !walk.mustWrite) {
                GroupDevices.Settled found = new GroupDevices.Settled(walk.found.version(), walk.found.changes());
                group.settled(found);
                return new Steady(group, found, keys);
            }
            return new HandingOut(group, walk, reachable, newVersion(), keys);
        });
    }

    /**
     * What one look at all devices of a group found.
     *
     * @param found the stored list
     * @param listed the devices of the list that are the group's still, by the address they are filed under now
     * @param rotate whether somebody has the key who must not have the next messages
     * @param missing the devices that do not have the key
     * @param mustWrite whether the list changes even if nobody can be given the key
     * @param newcomers people of whom no device is on the stored list, if there is one
     */
    private record Walk(
            Known found,
            Map<Jid, Holder> listed,
            boolean rotate,
            List<Jid> missing,
            boolean mustWrite,
            Set<Jid> newcomers) {}

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

    /** All have the key: nothing of a message depends on how many they are. */
    private record Steady(GroupDevices group, GroupDevices.Settled state, Supplier<PublicIdentity> keys)
            implements Addressees {

        @Override
        public List<Jid> devices() {
            return List.of();
        }

        @Override
        public Prepared prepare(MessageKey key, Instant createdAt, Message message, StanzaKind kind) {
            return new GroupMessage(group, key, lasting(group, message), kind) {
                @Override
                List<Node> handOut(List<Jid> devices, PeerTransaction peers) {
                    requireCurrent(peers, state);
                    return List.of();
                }
            };
        }
    }

    /** Some do not have the key, or all shall have a new one. */
    private record HandingOut(
            GroupDevices group, Walk walk, List<Jid> devices, long next, Supplier<PublicIdentity> keys)
            implements Addressees {

        @Override
        public Prepared prepare(MessageKey key, Instant createdAt, Message message, StanzaKind kind) {
            Jid chat = group.participants().group();
            GroupDevices.Settled before = new GroupDevices.Settled(walk.found.version(), walk.found.changes());
            GroupDevices.Settled after = new GroupDevices.Settled(next, walk.found.changes());
            return new GroupMessage(group, key, lasting(group, message), kind) {
                @Override
                List<Node> handOut(List<Jid> reachable, PeerTransaction peers) {
                    SenderKeyHolders holders = peers.senderKeyHolders();
                    if (holders.isCurrent(chat, after.version(), after.changes())) {
                        // An earlier message of this transaction did it, or the one before.
                        return List.of();
                    }
                    requireCurrent(peers, before);
                    if (walk.rotate) {
                        peers.rotateSenderKey(chat);
                    }
                    List<Node> copies = copies(reachable, peers);
                    holders.write(chat, next, holders(new HashSet<>(reachable), createdAt));
                    group.settled(after);
                    return copies;
                }

                private List<Node> copies(List<Jid> reachable, PeerTransaction peers) {
                    byte[] padded = MessagePadding.pad(keyMessage(chat, peers).toByteArray());
                    List<Node> copies = new ArrayList<>(reachable.size());
                    for (Jid device : reachable) {
                        Ciphertext ciphertext = peers.encrypt(device, padded);
                        if (ciphertext.type() == Ciphertext.Type.PKMSG) {
                            account = keys.get().deviceIdentity();
                        }
                        copies.add(MessageStanza.keyHolder(group.named(device), ciphertext));
                    }
                    return copies;
                }
            };
        }

        private Map<Jid, Holder> holders(Collection<Jid> given, Instant createdAt) {
            Map<Jid, Holder> holders = new LinkedHashMap<>(2 * group.size());
            for (Jid device : group.filed()) {
                Holder before = walk.listed.get(device);
                boolean givenNow = given.contains(device);
                boolean hasStill = before != null && before.has() && !walk.rotate;
                boolean hadStill = before != null && before.had() && !walk.rotate;
                holders.put(
                        device,
                        new Holder(
                                givenNow || hasStill,
                                givenNow || hadStill,
                                before == null ? createdAt : before.since()));
            }
            return holders;
        }
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

    private static Message lasting(GroupDevices group, Message message) {
        return group.participants()
                .ephemeral()
                .map(lifetime -> Lifetime.of(message, lifetime))
                .orElse(message);
    }

    /** One message, padded. */
    private abstract static class GroupMessage implements Prepared {

        private final GroupDevices group;
        private final MessageKey key;
        private final Message message;
        private final StanzaKind kind;
        private final byte[] padded;

        /** This account's signed device identity, once something needs it. */
        Optional<byte[]> account = Optional.empty();

        GroupMessage(GroupDevices group, MessageKey key, Message message, StanzaKind kind) {
            this.group = requireNonNull(group, "group");
            this.key = requireNonNull(key, "key");
            this.message = requireNonNull(message, "message");
            this.kind = group.own()
                    .map(own -> ReportingToken.beside(kind, key.id(), own, key.remoteJid(), message))
                    .orElse(kind);
            this.padded = MessagePadding.pad(message.toByteArray());
        }

        @Override
        public final Message message() {
            return message;
        }

        /** The copies of those who are given the key now. */
        abstract List<Node> handOut(List<Jid> devices, PeerTransaction peers);

        final void requireCurrent(PeerTransaction peers, GroupDevices.Settled state) {
            Jid chat = group.participants().group();
            if (!peers.senderKeyHolders().isCurrent(chat, state.version(), state.changes())) {
                group.settled(null);
                throw new OutdatedAddresseesException(chat);
            }
        }

        @Override
        public final Node seal(List<Jid> devices, PeerTransaction peers, Runnable encrypted) {
            GroupParticipants participants = group.participants();
            // First, for the key is to open this message too.
            List<Node> copies = handOut(devices, peers);
            byte[] ciphertext = peers.encryptForGroup(participants.group(), padded);
            encrypted.run();
            return MessageStanza.toGroup(key, kind, participants.byLid(), group.hash(), copies, ciphertext, account);
        }
    }
}
