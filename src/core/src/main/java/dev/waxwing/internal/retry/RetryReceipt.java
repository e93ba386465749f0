package dev.waxwing.internal.retry;

import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.account.PreKey;
import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.Envelope;
import dev.waxwing.internal.content.MessageIds;
import dev.waxwing.internal.device.KeyBundles;
import dev.waxwing.internal.device.KeyNodes;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.model.Jid;
import dev.waxwing.model.ReceiptType;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The receipt by which one device asks another for a message again. Shape as peers Baileys, whatsmeow and whatsapp-rust
 * have it.
 */
public final class RetryReceipt {

    private static final String VERSION = "1";

    /** The code of peer whatsapp-rust for a companion that has no session and found no pre-key. */
    private static final int UNKNOWN_COMPANION = 11;

    private static final Set<Integer> SESSION_IS_LOST = Set.of(
            Reason.NO_SESSION.code(), Reason.INVALID_KEY_ID.code(), Reason.INVALID_SESSION.code(), UNKNOWN_COMPANION);

    private RetryReceipt() {}

    /**
     * Asks for a message again.
     *
     * @param count which time the message is asked for, from 1
     * @param freshKey makes the other side start a new session; null to go on with the present one
     */
    static Node ask(Envelope envelope, int count, Reason reason, PublicIdentity own, @Nullable PreKey freshKey) {
        Node retry = Node.builder("retry")
                .attr("count", count)
                .attr("id", envelope.id())
                .attr("t", envelope.timestamp().getEpochSecond())
                .attr("v", VERSION)
                .attr("error", reason.code())
                .build();
        Node.Builder receipt = Node.builder("receipt")
                .attr("id", envelope.id())
                .attr("to", envelope.from())
                .attr("type", ReceiptType.RETRY.wireName())
                .attrIfPresent("participant", envelope.stanza().jid("participant"))
                .attrIfPresent("recipient", envelope.stanza().jid("recipient"))
                .attrIfPresent("category", envelope.stanza().attr("category"))
                .child(retry)
                .child(KeyNodes.registration(own));
        if (freshKey != null) {
            receipt.child(keys(own, freshKey));
        }
        return receipt.build();
    }

    private static Node keys(PublicIdentity own, PreKey key) {
        Node.Builder keys = Node.builder("keys")
                .child(KeyNodes.type())
                .child(KeyNodes.identity(own))
                .child(KeyNodes.oneTime(key))
                .child(KeyNodes.signed(own));
        own.deviceIdentity()
                .ifPresent(account -> keys.child(
                        Node.builder("device-identity").bytes(account).build()));
        return keys.build();
    }

    /**
     * What a received one asks for.
     *
     * @param id the message
     * @param requester the device that asks, as it came
     * @param chat the group or broadcast it was sent to, or the chat an own device names; null if only the requester
     *     tells it
     * @param count which time, from 1
     * @param lost true if the requester says that it cannot use the session at all
     * @param registrationId the requester's registration id, null if not told
     * @param keys the requester's keys, empty if it brings none
     * @param edit the {@code edit} attribute, which the answer repeats; null for none
     */
    record Request(
            String id,
            Jid requester,
            @Nullable Jid chat,
            int count,
            boolean lost,
            @Nullable Integer registrationId,
            Optional<PreKeyBundle> keys,
            @Nullable String edit) {

        /**
         * Reads what a device asks for.
         *
         * @throws ProtocolViolationException if the receipt is malformed
         * @throws dev.waxwing.error.PeerKeyRejectedException if its keys are not public keys
         */
        static Request parse(Node receipt) {
            Node retry = receipt.requireChild("retry");
            Jid from = receipt.requireJid("from");
            Jid participant = receipt.jid("participant");
            String id = retry.attr("id");
            byte[] registration = bytesOf(receipt.child("registration"));
            return new Request(
                    MessageIds.requireSound(id == null ? receipt.requireAttr("id") : id),
                    participant == null ? from : participant,
                    participant == null ? receipt.jid("recipient") : from,
                    retry.intAttr("count", 1),
                    SESSION_IS_LOST.contains(retry.intAttr("error", 0)),
                    registration == null || registration.length != Integer.BYTES
                            ? null
                            : ByteBuffer.wrap(registration).getInt(),
                    KeyBundles.inRetry(receipt),
                    receipt.attr("edit"));
        }

        private static byte @Nullable [] bytesOf(@Nullable Node node) {
            return node == null ? null : node.bytes();
        }
    }
}
