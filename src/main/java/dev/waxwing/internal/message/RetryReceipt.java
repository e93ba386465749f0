package dev.waxwing.internal.message;

import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.device.KeyNodes;
import dev.waxwing.internal.signal.Credentials;
import dev.waxwing.internal.signal.PreKeys.PreKey;
import dev.waxwing.model.Jid;
import dev.waxwing.model.ReceiptType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The receipt by which one device asks another for a message again. Shape as peers Baileys, whatsmeow and whatsapp-rust have it. */
final class RetryReceipt {

    private static final String VERSION = "1";

    private RetryReceipt() {}

    /**
     * @param count which time the message is asked for, from 1
     * @param freshKey makes the other side start a new session; empty to go on with the present one
     */
    static Node ask(Envelope envelope, int count, Reason reason, Credentials own, Optional<PreKey> freshKey) {
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
        freshKey.ifPresent(key -> receipt.child(keys(own, key)));
        return receipt.build();
    }

    private static Node keys(Credentials own, PreKey key) {
        Node.Builder keys = Node.builder("keys")
                .child(KeyNodes.type())
                .child(KeyNodes.identity(own))
                .child(KeyNodes.oneTime(key))
                .child(KeyNodes.signed(own));
        own.account()
                .ifPresent(account -> keys.child(
                        Node.builder("device-identity").bytes(account).build()));
        return keys.build();
    }

    /**
     * What a received one asks for.
     *
     * @param id the message
     * @param requester the device that asks, as it came
     * @param count which time, from 1
     * @param registrationId the requester's registration id, null if not told
     */
    record Request(
            String id, Jid requester, int count, @Nullable Integer registrationId) {

        static Request parse(Node receipt) {
            Node retry = receipt.requireChild("retry");
            Jid participant = receipt.jid("participant");
            String id = retry.attr("id");
            byte[] registration = bytesOf(receipt.child("registration"));
            return new Request(
                    id == null ? receipt.requireAttr("id") : id,
                    participant == null ? receipt.requireJid("from") : participant,
                    retry.intAttr("count", 1),
                    registration == null || registration.length != Integer.BYTES
                            ? null
                            : java.nio.ByteBuffer.wrap(registration).getInt());
        }

        private static byte @Nullable [] bytesOf(@Nullable Node node) {
            return node == null ? null : node.bytes();
        }
    }
}
