package dev.waxwing.testkit.phone;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.AesGcm;
import dev.waxwing.internal.crypto.Hkdf;
import dev.waxwing.internal.crypto.RandomBytes;
import dev.waxwing.proto.mmsretry.MediaRetryNotification;
import dev.waxwing.proto.mmsretry.MediaRetryNotification.ResultType;
import dev.waxwing.proto.mmsretry.ServerErrorReceipt;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a phone answers a receipt of the type {@code server-error}: a companion cannot download what a message names. */
final class MediaReupload {

    private static final Logger LOG = LoggerFactory.getLogger(MediaReupload.class);

    private static final byte[] LABEL = "WhatsApp Media Retry Notification".getBytes(StandardCharsets.UTF_8);
    private static final int KEY_BYTES = 32;
    private static final int GONE = 2;

    private MediaReupload() {}

    /**
     * Answers a request.
     *
     * @param receipt of the companion
     * @param message which the receipt is about, if the phone has it
     * @param reply what the phone is told to do
     * @param uploadAgain brings a file back by its hash and says where it is
     * @return the notification, without its sender and time; nothing if the phone is silent or the request not genuine
     */
    static Optional<Node.Builder> answer(
            Node receipt,
            Optional<PhoneMessage> message,
            MediaRetryReply reply,
            Function<byte[], Optional<String>> uploadAgain) {
        String id = receipt.requireAttr("id");
        Node.Builder answer =
                Node.builder("notification").attr("type", "mediaretry").attr("id", id);
        Node origin = receipt.child("rmr");
        if (origin != null) {
            answer.child(origin);
        }
        Optional<Message> media = message.flatMap(found -> mediaIn(found.content()));
        if (reply == MediaRetryReply.SILENCE) {
            return Optional.empty();
        }
        if (media.isEmpty() || reply == MediaRetryReply.GONE) {
            return Optional.of(answer.child(
                    Node.builder("error").attr("code", Integer.toString(GONE)).build()));
        }
        byte[] key = Hkdf.sha256(bytes(media.get(), "mediaKey").toByteArray(), null, LABEL, KEY_BYTES);
        if (!isGenuine(receipt, id, key)) {
            return Optional.empty();
        }
        Optional<String> path = reply == MediaRetryReply.SUCCESS || reply == MediaRetryReply.MISADDRESSED
                ? uploadAgain.apply(bytes(media.get(), "fileEncSHA256").toByteArray())
                : Optional.empty();
        MediaRetryNotification.Builder result = MediaRetryNotification.newBuilder()
                .setStanzaID(reply == MediaRetryReply.MISADDRESSED ? id + "0" : id)
                .setResult(result(reply, path.isPresent()));
        path.ifPresent(result::setDirectPath);
        return Optional.of(answer.child(sealed(result.build(), id, key, reply == MediaRetryReply.GARBLED)));
    }

    private static ResultType result(MediaRetryReply reply, boolean isThere) {
        return switch (reply) {
            case SUCCESS, MISADDRESSED -> isThere ? ResultType.SUCCESS : ResultType.NOT_FOUND;
            case NOT_FOUND -> ResultType.NOT_FOUND;
            case DECRYPTION_ERROR -> ResultType.DECRYPTION_ERROR;
            default -> ResultType.GENERAL_ERROR;
        };
    }

    private static boolean isGenuine(Node receipt, String id, byte[] key) {
        Node encrypt = receipt.requireChild("encrypt");
        try {
            byte[] opened = AesGcm.open(
                    key,
                    encrypt.requireChild("enc_iv").requireBytes(),
                    id.getBytes(StandardCharsets.UTF_8),
                    encrypt.requireChild("enc_p").requireBytes());
            return ServerErrorReceipt.parseFrom(opened).getStanzaID().equals(id);
        } catch (Exception e) {
            // Whatever is wrong with it: a phone says nothing to who does not know the media key.
            LOG.warn("A request to upload {} again does not open", id, e);
            return false;
        }
    }

    private static Node sealed(MediaRetryNotification result, String id, byte[] key, boolean garbled) {
        byte[] iv = RandomBytes.next(AesGcm.NONCE_BYTES);
        byte[] payload = AesGcm.seal(key, iv, id.getBytes(StandardCharsets.UTF_8), result.toByteArray());
        if (garbled) {
            payload[0] ^= 1;
        }
        return Node.builder("encrypt")
                .child(Node.builder("enc_p").bytes(payload).build())
                .child(Node.builder("enc_iv").bytes(iv).build())
                .build();
    }

    /** The first part of a message, at any depth, that names an encrypted file. */
    private static Optional<Message> mediaIn(Message part) {
        if (!bytes(part, "mediaKey").isEmpty() && !bytes(part, "fileEncSHA256").isEmpty()) {
            return Optional.of(part);
        }
        return part.getAllFields().entrySet().stream()
                .filter(field -> field.getKey().getJavaType() == FieldDescriptor.JavaType.MESSAGE
                        && !field.getKey().isRepeated())
                .map(field -> mediaIn((Message) field.getValue()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static ByteString bytes(Message part, String field) {
        FieldDescriptor named = part.getDescriptorForType().findFieldByName(field);
        return named != null && named.getJavaType() == FieldDescriptor.JavaType.BYTE_STRING && !named.isRepeated()
                ? (ByteString) part.getField(named)
                : ByteString.EMPTY;
    }
}
