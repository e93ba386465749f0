package dev.waxwing.internal.delivery;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.Destination;
import dev.waxwing.internal.content.MessageStanza;
import dev.waxwing.internal.device.DeviceDirectory;
import dev.waxwing.internal.group.GroupParticipants;
import dev.waxwing.model.Jid;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * To people whom the message itself names: those who may see a status, or who are on a broadcast list. They share this
 * account's key for that chat like the members of a group, and its rules hold: who was named and is not named any more
 * makes a new key. A reaction to a status goes to its author alone, pairwise.
 *
 * <p>What takes a message back goes to those whom that message went to.
 */
public final class ListedDelivery implements Delivery {

    private final SenderKeyDelivery shared;
    private final PersonDelivery pairwise;
    private final LidMappings lids;
    private final DeviceDirectory devices;
    private final Function<String, List<Jid>> sentTo;
    private final Executor executor;

    /**
     * Delivers to whom messages name.
     *
     * @param parts what the account has
     * @param shared delivers to all who share a key
     * @param pairwise delivers to the devices of people one by one
     * @param sentTo given the id of a message, the people it went to; empty if that is not known any more; may read the
     *     store
     */
    public ListedDelivery(
            MessagingParts parts,
            SenderKeyDelivery shared,
            PersonDelivery pairwise,
            Function<String, List<Jid>> sentTo) {
        this.shared = requireNonNull(shared, "shared");
        this.pairwise = requireNonNull(pairwise, "pairwise");
        this.sentTo = requireNonNull(sentTo, "sentTo");
        this.lids = parts.lids();
        this.devices = parts.devices();
        this.executor = parts.threads().continuations();
    }

    @Override
    public CompletionStage<Addressees> addressees(Destination to, Self self, Runnable listed) {
        if (to.pairwise()) {
            return pairwise.addressees(to, self, listed);
        }
        return CompletableFuture.supplyAsync(() -> people(to), executor)
                // First, so that their LIDs are known, by which they are named.
                .thenCompose(people -> devices.devicesOf(people).thenApply(found -> people))
                .thenComposeAsync(
                        people -> shared.addressees(
                                new GroupParticipants(to.chat(), true, members(people, self), Optional.empty()),
                                people,
                                form(to),
                                self,
                                listed),
                        executor);
    }

    private List<Jid> people(Destination to) {
        if (to.sameAs().isEmpty()) {
            return to.people();
        }
        List<Jid> people = sentTo.apply(to.sameAs().get());
        if (people.isEmpty()) {
            throw new IllegalArgumentException("options must name recipients: it is not known any more to whom message "
                    + to.sameAs().get() + " went");
        }
        return people;
    }

    /** Everybody once, and this account, whose other devices have the message too. */
    private List<Jid> members(List<Jid> people, Self self) {
        Set<Jid> members = new LinkedHashSet<>();
        people.forEach(person -> members.add(lids.canonical(person)));
        self.lid().or(self::me).ifPresent(own -> members.add(lids.canonical(own.person())));
        return List.copyOf(members);
    }

    private static SenderKeyAddressees.Form form(Destination to) {
        return (key, kind, group, newHolders, ciphertext, account) ->
                MessageStanza.toListed(key, kind, to.setting(), withEverybody(newHolders, group), ciphertext, account);
    }

    /** Whoever has no copy is named, so that the server brings the message there (peers whatsapp-rust and zapo). */
    private static List<Node> withEverybody(List<Node> newHolders, GroupDevices group) {
        Set<Jid> named = new LinkedHashSet<>();
        newHolders.forEach(copy -> named.add(copy.requireJid("jid").person()));
        List<Node> all = new ArrayList<>(newHolders);
        for (Jid member : group.participants().members()) {
            if (named.add(member)) {
                all.add(Node.builder("to").attr("jid", member).build());
            }
        }
        return all;
    }
}
