package dev.waxwing.internal.retry;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.delivery.GroupDelivery;
import dev.waxwing.internal.delivery.MessagingParts;
import dev.waxwing.internal.delivery.SenderKeyDelivery;
import dev.waxwing.internal.device.DeviceDirectory;
import dev.waxwing.internal.device.SessionBuilder;
import dev.waxwing.internal.group.GroupRoster;
import dev.waxwing.internal.outbox.SentMessages;
import dev.waxwing.internal.outbox.SentMessages.Sent;
import dev.waxwing.internal.signal.SenderKeyHolders;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.threads.Lazy;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears from the ack of a message to a group whether the server took it for a group of other people or devices. Then
 * the group and its people are asked for anew, and the message goes once more, pairwise, to those devices that it did
 * not go to. Once a minute for a group: what the server hashes is not settled, and peers that did more saw loops.
 *
 * <p>A message that was refused, or never went out, did not bring anybody the key that was in it.
 */
public final class StaleGroups {

    private static final Logger LOG = LoggerFactory.getLogger(StaleGroups.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int REMEMBERED = 10_000;

    /** More are not sent to from here: they ask for it themselves. */
    private static final int MOST_MISSED = 100;

    private final Supplier<Self> self;
    private final AccountStore store;
    private final LidMappings lids;
    private final GroupRoster groups;
    private final DeviceDirectory devices;
    private final GroupDelivery delivery;
    private final SessionBuilder sessionBuilder;
    private final SentMessages sent;
    private final StanzaStream stream;
    private final Executor executor;
    private final LoopTimer timer;
    private final Duration ackTimeout;
    private final GroupResends resends;
    private final Lazy<Cache<Jid, Boolean>> askedAnew = new Lazy<>(this::cache);

    /**
     * Creates one for an account.
     *
     * @param parts what the account has
     * @param delivery to groups
     * @param sent what was sent
     * @param ackTimeout how long a message that goes out again waits for its ack; positive
     */
    public StaleGroups(MessagingParts parts, GroupDelivery delivery, SentMessages sent, Duration ackTimeout) {
        this.self = parts.self();
        this.store = parts.store();
        this.lids = parts.lids();
        this.groups = parts.groups();
        this.devices = parts.devices();
        this.sessionBuilder = parts.sessionBuilder();
        this.stream = parts.stream();
        this.executor = parts.threads().executor();
        this.timer = parts.threads().timer();
        this.delivery = requireNonNull(delivery, "delivery");
        this.sent = requireNonNull(sent, "sent");
        this.ackTimeout = requireNonNull(ackTimeout, "ackTimeout");
        this.resends = new GroupResends(parts);
    }

    private Cache<Jid, Boolean> cache() {
        return Caffeine.newBuilder()
                .ticker(timer::nanoTime)
                .maximumSize(REMEMBERED)
                .expireAfterWrite(PAUSE)
                .executor(Runnable::run)
                .build();
    }

    /**
     * A message to a group, or another one by a key that is shared, was acknowledged. Returns at once, on any thread.
     *
     * @param message the {@code <message>} as it was sent
     * @param ack the server's answer
     */
    public void acknowledged(Node message, Node ack) {
        Jid group = message.requireJid("to");
        if (ack.intAttr("error", 0) != 0) {
            executor.execute(() -> {
                if (group.isGroup()) {
                    groups.forget(group);
                }
                notDelivered(message);
            });
            return;
        }
        String claimed = message.attr("phash");
        String hash = ack.attr("phash");
        if (claimed == null
                || !group.isGroup()
                || hash == null
                || hash.equals(claimed)
                || askedAnew.get().asMap().putIfAbsent(group, true) != null) {
            return;
        }
        String id = message.requireAttr("id");
        LOG.info("The server knows another group than message {} went to; it is asked for anew", id);
        CompletableFuture.supplyAsync(() -> catchUp(group, id), executor)
                .thenCompose(done -> done)
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.warn("Message {} went to those that were known; the others may ask for it", id, failure);
                    }
                });
    }

    /**
     * A message by a key that is shared was given up, or refused. Writes the store.
     *
     * @param message the {@code <message>} as it was to be sent
     */
    public void notDelivered(Node message) {
        Jid group = message.requireJid("to");
        if (message.child("participants") == null || message.child("enc") == null) {
            return;
        }
        try {
            store.transact(tx -> {
                SenderKeyHolders.in(tx).noteLost(group, SenderKeyDelivery.newVersion());
                return true;
            });
        } catch (RuntimeException e) {
            LOG.warn("Could not note that nobody got the sender key of {}; those without it will ask", group, e);
        }
    }

    private CompletionStage<Void> catchUp(Jid group, String id) {
        groups.forget(group);
        return groups.participants(group)
                .thenComposeAsync(
                        participants -> {
                            participants.members().forEach(devices::forget);
                            return delivery.devicesNow(group, self.get());
                        },
                        executor)
                .thenComposeAsync(
                        now -> sent.find(id)
                                .filter(message -> message.key().remoteJid().equals(group))
                                .map(message -> sendToMissed(message, now))
                                .orElseGet(() -> CompletableFuture.completedFuture(null)),
                        executor);
    }

    private CompletionStage<Void> sendToMissed(Sent message, Map<Jid, Jid> now) {
        List<Jid> missed = resends.missed(message.key().remoteJid(), List.copyOf(now.keySet()), message.createdAt());
        if (missed.isEmpty() || missed.size() > MOST_MISSED) {
            return CompletableFuture.completedFuture(null);
        }
        LOG.info("Message {} goes to {} more devices", message.key().id(), missed.size());
        return sessionBuilder
                .ensureSessions(missed)
                .thenComposeAsync(
                        built -> {
                            List<CompletableFuture<?>> underWay = new ArrayList<>();
                            for (Jid device : missed) {
                                Optional<Node> stanza = lids.inTransaction(
                                        List.of(device),
                                        peers -> peers.hasSession(device)
                                                ? Optional.of(resends.stanza(
                                                        message,
                                                        device,
                                                        now.getOrDefault(device, device),
                                                        1,
                                                        null,
                                                        peers))
                                                : Optional.empty());
                                stanza.ifPresent(one -> underWay.add(stream.sendAwaitingAck(one, ackTimeout)));
                            }
                            return CompletableFuture.allOf(underWay.toArray(CompletableFuture<?>[]::new));
                        },
                        executor);
    }
}
