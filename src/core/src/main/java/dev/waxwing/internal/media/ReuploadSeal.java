package dev.waxwing.internal.media;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.AesGcm;
import dev.waxwing.internal.crypto.Hkdf;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.mmsretry.MediaRetryNotification;
import dev.waxwing.proto.mmsretry.ServerErrorReceipt;

/** What is said to the phone about a file that is gone, and what it answers, both under a key of the file's (06, section 7). */
final class ReuploadSeal {

    private static final byte[] INFO = "WhatsApp Media Retry Notification".getBytes(UTF_8);
    private static final int MOST_ANSWER_BYTES = 64 * 1024;

    private final byte[] key;
    private final byte[] messageId;

    ReuploadSeal(byte[] mediaKey, String messageId) {
        key = Hkdf.sha256(mediaKey, null, INFO, AesGcm.KEY_BYTES);
        this.messageId = messageId.getBytes(UTF_8);
    }

    /** The receipt that asks. */
    Node request(Jid self, MessageKey message, byte[] iv) {
        byte[] asked = ServerErrorReceipt.newBuilder()
                .setStanzaID(message.id())
                .build()
                .toByteArray();
        Node.Builder which =
                Node.builder("rmr").attr("jid", message.remoteJid()).attr("from_me", String.valueOf(message.fromMe()));
        message.participant().ifPresent(author -> which.attr("participant", author));
        return Node.builder("receipt")
                .attr("id", message.id())
                .attr("to", self.person())
                .attr("type", "server-error")
                .child(Node.builder("encrypt")
                        .child(Node.builder("enc_p")
                                .bytes(AesGcm.seal(key, iv, messageId, asked))
                                .build())
                        .child(Node.builder("enc_iv").bytes(iv).build())
                        .build())
                .child(which.build())
                .build();
    }

    /**
     * Opens an answer.
     *
     * @throws ProtocolViolationException if it is not one to this message
     */
    MediaRetryNotification open(Node encrypt) {
        byte[] sealed = encrypt.requireChild("enc_p").requireBytes();
        byte[] iv = encrypt.requireChild("enc_iv").requireBytes();
        if (sealed.length > MOST_ANSWER_BYTES || iv.length != AesGcm.NONCE_BYTES) {
            throw new ProtocolViolationException("an answer about media is malformed");
        }
        try {
            return MediaRetryNotification.parseFrom(AesGcm.open(key, iv, messageId, sealed));
        } catch (InvalidProtocolBufferException e) {
            throw new ProtocolViolationException("an answer about media is malformed", e);
        }
    }
}
