package dev.waxwing.internal.delivery;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.addon.ReportingToken;
import dev.waxwing.internal.address.PeerTransaction;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.Lifetime;
import dev.waxwing.internal.content.MessagePadding;
import dev.waxwing.internal.content.MessageStanza;
import dev.waxwing.internal.content.StanzaKind;
import dev.waxwing.internal.delivery.Delivery.Addressees;
import dev.waxwing.internal.delivery.Delivery.Prepared;
import dev.waxwing.internal.signal.SenderKeyHolders;
import dev.waxwing.internal.signal.SenderKeyHolders.Holder;
import dev.waxwing.internal.signal.SenderKeyHolders.Known;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The devices that share a sender key, when all have it and when some are to be given it; and a message to them. */
final class SenderKeyAddressees {

    private SenderKeyAddressees() {}

    /** How the stanza of a message to all who share a key is written. */
    @FunctionalInterface
    interface Form {

        /**
         * Hears of people who get a message for the first time, before they do.
         *
         * @param newcomers people of whom no device is on the stored list, though there is one
         */
        default void reached(Set<Jid> newcomers) {}

        /**
         * Writes one.
         *
         * @param group the devices that share the key
         * @param newHolders the copies of the devices that do not have the key yet
         * @param ciphertext the {@code skmsg}
         * @param account this account's signed device identity, if a copy begins a session
         */
        Node write(
                MessageKey key,
                StanzaKind kind,
                GroupDevices group,
                List<Node> newHolders,
                byte[] ciphertext,
                Optional<byte[]> account);
    }

    /**
     * Who shares the key, and what a message to them looks like.
     *
     * @param group the devices
     * @param recipients the people to note with what was sent; empty for a group
     * @param form how the stanza is written
     * @param keys the public halves of this device's keys as they are now
     */
    record Sharing(GroupDevices group, List<Jid> recipients, Form form, Supplier<PublicIdentity> keys) {

        Jid chat() {
            return group.participants().group();
        }
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
    record Walk(
            Known found,
            Map<Jid, Holder> listed,
            boolean rotate,
            List<Jid> missing,
            boolean mustWrite,
            Set<Jid> newcomers) {}

    /** All have the key: nothing of a message depends on how many they are. */
    record Steady(Sharing sharing, GroupDevices.Settled state) implements Addressees {

        @Override
        public List<Jid> devices() {
            return List.of();
        }

        @Override
        public List<Jid> recipients() {
            return sharing.recipients();
        }

        @Override
        public Prepared prepare(MessageKey key, Instant createdAt, Message message, StanzaKind kind) {
            return new SharedMessage(sharing, key, message, kind) {
                @Override
                List<Node> handOut(List<Jid> devices, PeerTransaction peers) {
                    requireCurrent(peers, state);
                    return List.of();
                }
            };
        }
    }

    /** Some do not have the key, or all shall have a new one. */
    record HandingOut(Sharing sharing, Walk walk, List<Jid> devices, long next) implements Addressees {

        @Override
        public List<Jid> recipients() {
            return sharing.recipients();
        }

        @Override
        public Prepared prepare(MessageKey key, Instant createdAt, Message message, StanzaKind kind) {
            GroupDevices group = sharing.group();
            Jid chat = sharing.chat();
            GroupDevices.Settled before = new GroupDevices.Settled(walk.found.version(), walk.found.changes());
            GroupDevices.Settled after = new GroupDevices.Settled(next, walk.found.changes());
            return new SharedMessage(sharing, key, message, kind) {
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
                    byte[] padded = MessagePadding.pad(
                            SenderKeyDelivery.keyMessage(chat, peers).toByteArray());
                    List<Node> copies = new ArrayList<>(reachable.size());
                    for (Jid device : reachable) {
                        Ciphertext ciphertext = peers.encrypt(device, padded);
                        if (ciphertext.type() == Ciphertext.Type.PKMSG) {
                            account = sharing.keys().get().deviceIdentity();
                        }
                        copies.add(MessageStanza.keyHolder(group.named(device), ciphertext));
                    }
                    return copies;
                }
            };
        }

        private Map<Jid, Holder> holders(Collection<Jid> given, Instant createdAt) {
            GroupDevices group = sharing.group();
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

    /** One message, padded. */
    private abstract static class SharedMessage implements Prepared {

        private final Sharing sharing;
        private final MessageKey key;
        private final Message message;
        private final StanzaKind kind;
        private final byte[] padded;

        /** This account's signed device identity, once something needs it. */
        Optional<byte[]> account = Optional.empty();

        SharedMessage(Sharing sharing, MessageKey key, Message content, StanzaKind kind) {
            this.sharing = requireNonNull(sharing, "sharing");
            this.key = requireNonNull(key, "key");
            this.message = lasting(sharing.group(), requireNonNull(content, "content"));
            this.kind = sharing.group()
                    .own()
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
            Jid chat = sharing.chat();
            if (!peers.senderKeyHolders().isCurrent(chat, state.version(), state.changes())) {
                sharing.group().settled(null);
                throw new OutdatedAddresseesException(chat);
            }
        }

        @Override
        public final Node seal(List<Jid> devices, PeerTransaction peers, Runnable encrypted) {
            // First, for the key is to open this message too.
            List<Node> copies = handOut(devices, peers);
            byte[] ciphertext = peers.encryptForGroup(sharing.chat(), padded);
            encrypted.run();
            return sharing.form().write(key, kind, sharing.group(), copies, ciphertext, account);
        }

        private static Message lasting(GroupDevices group, Message message) {
            return group.participants()
                    .ephemeral()
                    .map(lifetime -> Lifetime.of(message, lifetime))
                    .orElse(message);
        }
    }
}
