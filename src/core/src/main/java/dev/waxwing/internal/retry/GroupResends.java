package dev.waxwing.internal.retry;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.address.PeerTransaction;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.content.MessagePadding;
import dev.waxwing.internal.content.MessageStanza;
import dev.waxwing.internal.content.StanzaKind;
import dev.waxwing.internal.delivery.MessagingParts;
import dev.waxwing.internal.delivery.SenderKeyDelivery;
import dev.waxwing.internal.group.GroupRoster;
import dev.waxwing.internal.outbox.SentMessages.Sent;
import dev.waxwing.internal.signal.SenderKeyHolders;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.store.AccountStore;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages to a group, a status and others of that kind once more for one device: encrypted for that device alone, with
 * the sender key beside it. Only for people whom the message went to: who was in the group when it was sent, and is
 * still. A server that names somebody new therefore cannot make this account hand over what was said before.
 */
final class GroupResends {

    private static final Logger LOG = LoggerFactory.getLogger(GroupResends.class);

    private final AccountStore store;
    private final LidMappings lids;
    private final GroupRoster groups;
    private final ContentCodecs codecs;
    private final Supplier<PublicIdentity> keys;
    private final Executor executor;

    GroupResends(MessagingParts parts) {
        this.store = parts.store();
        this.lids = parts.lids();
        this.groups = parts.groups();
        this.codecs = parts.codecs();
        this.keys = parts.keys();
        this.executor = requireNonNull(parts.threads().continuations(), "executor");
    }

    /**
     * Whether a person may have a message.
     *
     * @param device as its session is filed
     * @return completes with false for who is not in the group any more, or was not when it was sent; and for whom a
     *     status or a message to a broadcast list did not name
     */
    CompletableFuture<Boolean> mayHave(Sent message, Jid device) {
        Jid chat = message.key().remoteJid();
        if (!chat.isGroup()) {
            return CompletableFuture.supplyAsync(
                    () -> message.recipients().stream().map(lids::canonical).anyMatch(device::sameUser), executor);
        }
        return mayHave(chat, device, message.createdAt());
    }

    private CompletableFuture<Boolean> mayHave(Jid group, Jid device, Instant sentAt) {
        return groups.participants(group)
                .handle((participants, failure) -> failure == null
                        && participants.members().stream().map(lids::canonical).anyMatch(device::sameUser))
                .thenApplyAsync(isMember -> isMember && wentTo(group, device, sentAt), executor);
    }

    private boolean wentTo(Jid group, Jid device, Instant sentAt) {
        return store.transact(tx -> SenderKeyHolders.in(tx).read(group).devices().entrySet().stream()
                .filter(entry -> lids.canonical(entry.getKey(), tx).sameUser(device))
                // Of the list, times are known to the second.
                .anyMatch(entry -> entry.getValue().since().getEpochSecond() <= sentAt.getEpochSecond()));
    }

    /** A device says that it lacks the key, and is not given it now: the next message brings it along. */
    void lostKey(Jid group, Jid device) {
        try {
            store.transact(tx -> {
                SenderKeyHolders.in(tx).note(group, SenderKeyDelivery.newVersion(), device, false, Instant.EPOCH);
                return true;
            });
        } catch (RuntimeException e) {
            LOG.warn("Could not note that {} lacks the sender key of {}", device, group, e);
        }
    }

    /**
     * Encrypts a message for one device and notes that it has the key.
     *
     * @param device as its session is filed; there is a session
     * @param named its address in the group, as the server delivers to it
     * @param count which time the device gets it
     * @param edit the {@code edit} to give it where its kind has none
     */
    Node stanza(Sent message, Jid device, Jid named, int count, @Nullable String edit, PeerTransaction peers) {
        Jid chat = message.key().remoteJid();
        StanzaKind kind = codecs.stanzaOf(message.message());
        Message.Builder plain = message.message().toBuilder();
        if (takesKey(chat, device, peers)) {
            plain.mergeFrom(SenderKeyDelivery.keyMessage(chat, peers));
            peers.senderKeyHolders()
                    .note(chat, SenderKeyDelivery.newVersion(), peers.canonical(device), true, message.createdAt());
        }
        Ciphertext ciphertext =
                peers.encrypt(device, MessagePadding.pad(plain.build().toByteArray()));
        Node enc = MessageStanza.enc(ciphertext, kind).attr("count", count).build();
        Node.Builder stanza = Node.builder("message")
                .attr("id", message.key().id())
                .attr("to", chat)
                .attr("type", kind.type())
                .attrIfPresent("edit", kind.edit() == null ? edit : kind.edit());
        if (chat.isGroup()) {
            stanza.attr("participant", named)
                    .attr("addressing_mode", named.isLid() ? "lid" : "pn")
                    .child(enc);
        } else {
            // In the form of a reaction to a status, which goes to one person's devices too (peer whatsapp-rust).
            Node to = Node.builder("to").attr("jid", named).child(enc).build();
            stanza.child(Node.builder("participants").child(to).build());
        }
        if (ciphertext.type() == Ciphertext.Type.PKMSG) {
            keys.get()
                    .deviceIdentity()
                    .ifPresent(identity -> stanza.child(
                            Node.builder("device-identity").bytes(identity).build()));
        }
        return stanza.build();
    }

    /**
     * A status may have gone to somebody to whom the latest ones do not: that person may have it again, and must not
     * have the key to these.
     */
    private static boolean takesKey(Jid chat, Jid device, PeerTransaction peers) {
        return chat.isGroup()
                || peers.senderKeyHolders().read(chat).devices().keySet().stream()
                        .map(peers::canonical)
                        .anyMatch(peers.canonical(device)::equals);
    }

    /** Devices of the group's people that a message did not go to, by what is stored. */
    List<Jid> missed(Jid group, List<Jid> devices, Instant sentAt) {
        return store.transact(tx -> {
            var listed = SenderKeyHolders.in(tx).read(group).devices();
            return devices.stream()
                    .filter(device -> {
                        SenderKeyHolders.Holder holder = listed.get(device);
                        return holder == null || holder.since().getEpochSecond() > sentAt.getEpochSecond();
                    })
                    .toList();
        });
    }
}
