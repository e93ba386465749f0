package dev.waxwing.internal.retry;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.address.PeerTransaction;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.content.Destination;
import dev.waxwing.internal.delivery.Delivery;
import dev.waxwing.internal.delivery.GroupDelivery;
import dev.waxwing.internal.delivery.MessagingParts;
import dev.waxwing.internal.delivery.OutdatedAddresseesException;
import dev.waxwing.internal.group.GroupRoster;
import dev.waxwing.internal.outbox.Outbox;
import dev.waxwing.internal.outbox.SentMessages;
import dev.waxwing.internal.outbox.SentMessages.Sent;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.internal.threads.KeyedLanes;
import dev.waxwing.model.Jid;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages to a group that the server refused with 421: people are named in it in another form by now than this device
 * knew. The group is asked for anew and the message encrypted once more, under its id, those of one group in the order
 * in which they were refused.
 */
public final class GroupRenewals {

    private static final Logger LOG = LoggerFactory.getLogger(GroupRenewals.class);

    private static final int STALE_ADDRESSING = 421;
    private static final int MOST_ATTEMPTS = 5;

    /** More than wait are refused as the server refused them. */
    private static final int MOST_WAITING = 1_000;

    private final Supplier<Self> self;
    private final LidMappings lids;
    private final GroupRoster groups;
    private final ContentCodecs codecs;
    private final Executor executor;
    private final GroupDelivery delivery;
    private final StaleGroups stale;
    private final SentMessages sent;
    private final KeyedLanes lanes;
    private final KeyedLanes.Work<Refused> renewing;

    /** A message to renew. */
    private record Refused(Node stanza, Outbox.Replacement replacement, CompletableFuture<Optional<Node>> renewed) {}

    /**
     * Creates one for an account.
     *
     * @param parts what the account has
     * @param delivery to groups
     * @param stale hears of what a refused message did not bring
     * @param sent what was sent
     */
    public GroupRenewals(MessagingParts parts, GroupDelivery delivery, StaleGroups stale, SentMessages sent) {
        this.self = parts.self();
        this.lids = parts.lids();
        this.groups = parts.groups();
        this.codecs = parts.codecs();
        this.executor = parts.threads().continuations();
        this.delivery = requireNonNull(delivery, "delivery");
        this.stale = requireNonNull(stale, "stale");
        this.sent = requireNonNull(sent, "sent");
        lanes = new KeyedLanes(parts.threads().executor(), MOST_WAITING, MOST_WAITING);
        renewing = KeyedLanes.Work.waiting(
                1, batch -> renew(batch.get(0)), (refused, failure) -> refused.renewed.completeExceptionally(failure));
    }

    /**
     * Whether there is anything to try. On any thread.
     *
     * @param message the {@code <message>} as it was sent
     * @param error why the server refused it
     * @return true if it can be encrypted anew
     */
    public boolean helps(Node message, int error) {
        return error == STALE_ADDRESSING && message.requireJid("to").isGroup();
    }

    /**
     * Encrypts a message anew. Returns at once, on any thread.
     *
     * @param message the {@code <message>} as it was sent
     * @param replacement stores the new stanza
     * @return completes with the stanza to send once it is stored, or with nothing if the message is not known any more
     */
    public CompletionStage<Optional<Node>> renew(Node message, Outbox.Replacement replacement) {
        Refused refused = new Refused(message, replacement, new CompletableFuture<>());
        lanes.submit(message.requireJid("to"), refused, renewing);
        return refused.renewed;
    }

    private CompletionStage<?> renew(Refused refused) {
        Jid group = refused.stanza.requireJid("to");
        String id = refused.stanza.requireAttr("id");
        LOG.info("The server took message {} for one to an older form of its group; it is encrypted anew", id);
        groups.forget(group);
        stale.notDelivered(refused.stanza);
        CompletionStage<Optional<Node>> renewed = sent.find(id)
                .filter(message -> message.key().remoteJid().equals(group))
                .map(message -> seal(message, refused.replacement, 1))
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
        return renewed.whenComplete((stanza, failure) -> {
            if (failure == null) {
                refused.renewed.complete(stanza);
            } else {
                refused.renewed.completeExceptionally(Failures.unwrap(failure));
            }
        });
    }

    private CompletionStage<Optional<Node>> seal(Sent message, Outbox.Replacement replacement, int attempt) {
        return delivery.addressees(Destination.of(message.key().remoteJid()), self.get(), () -> {})
                .thenApplyAsync(addressees -> seal(message, addressees, replacement), executor)
                .exceptionallyCompose(failure ->
                        Failures.unwrap(failure) instanceof OutdatedAddresseesException && attempt < MOST_ATTEMPTS
                                ? CompletableFuture.supplyAsync(() -> seal(message, replacement, attempt + 1), executor)
                                        .thenCompose(Function.identity())
                                : CompletableFuture.failedFuture(failure));
    }

    private Optional<Node> seal(Sent message, Delivery.Addressees addressees, Outbox.Replacement replacement) {
        Delivery.Prepared prepared = addressees.prepare(
                message.key(), message.createdAt(), message.message(), codecs.stanzaOf(message.message()));
        List<Jid> devices = addressees.devices();
        return lids.inTransaction(devices, peers -> {
            Node stanza = prepared.seal(reachable(devices, peers), peers, () -> {});
            return replacement.store(peers.store(), stanza) ? Optional.of(stanza) : Optional.empty();
        });
    }

    private static List<Jid> reachable(List<Jid> devices, PeerTransaction peers) {
        return devices.stream()
                .map(peers::canonical)
                .distinct()
                .filter(peers::hasSession)
                .toList();
    }
}
