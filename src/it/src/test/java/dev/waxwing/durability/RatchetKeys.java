package dev.waxwing.durability;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.proto.signal.PreKeySignalMessage;
import dev.waxwing.proto.signal.SenderKeyMessage;
import dev.waxwing.proto.signal.SignalMessage;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks whether a message key was used for two messages. A ratchet key and a counter name a message key, in a group the
 * number of the sender key and an iteration; the same ciphertext may come as often as it likes, another one under the
 * same name lets whoever holds both look into them. Not thread-safe.
 */
final class RatchetKeys {

    private static final int VERSION_BYTES = 1;
    private static final int MAC_BYTES = 8;
    private static final int SIGNATURE_BYTES = 64;
    private static final String OF_A_GROUP = "skmsg";
    private static final HexFormat HEX = HexFormat.of();

    private final Map<String, String> ciphertexts = new HashMap<>();
    private final List<String> reused = new ArrayList<>();
    private final Set<Integer> senderKeys = new HashSet<>();
    private int ofGroups;

    /** Takes note of every ciphertext in a stanza, at whatever depth. */
    void look(Node stanza) {
        String type = stanza.attr("type");
        if (stanza.tag().equals("enc") && type != null) {
            if (type.equals(OF_A_GROUP)) {
                lookAtGroup(stanza.requireBytes());
            } else {
                look(type, stanza.requireBytes());
            }
        }
        stanza.children().forEach(this::look);
    }

    /**
     * Takes note of a ciphertext.
     *
     * @param type {@code pkmsg} or {@code msg}
     */
    void look(String type, byte[] ciphertext) {
        SignalMessage message = message(type, ciphertext);
        note(HEX.formatHex(message.getRatchetKey().toByteArray()) + "/" + message.getCounter(), ciphertext);
    }

    /** The key's number and the iteration name the message key (05, section 6.1). */
    private void lookAtGroup(byte[] ciphertext) {
        try {
            SenderKeyMessage message = SenderKeyMessage.parseFrom(part(ciphertext, SIGNATURE_BYTES));
            if (!message.hasId() || !message.hasIteration()) {
                throw new IllegalArgumentException("a ciphertext of a group names no message key");
            }
            senderKeys.add(message.getId());
            note(OF_A_GROUP + " " + message.getId() + "/" + message.getIteration(), ciphertext);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("no ciphertext of a group", e);
        }
    }

    private void note(String name, byte[] ciphertext) {
        String digest = digest(ciphertext);
        String known = ciphertexts.putIfAbsent(name, digest);
        if (known == null && name.startsWith(OF_A_GROUP)) {
            ofGroups++;
        }
        if (known != null && !known.equals(digest)) {
            reused.add(name);
        }
    }

    /** How many message keys were used. */
    int count() {
        return ciphertexts.size();
    }

    /** How many of those were a sender key's iterations. */
    int countOfGroups() {
        return ofGroups;
    }

    /** How many sender keys those were of. */
    int countOfSenderKeys() {
        return senderKeys.size();
    }

    /** Message keys that were used for different ciphertexts, each as ratchet key and counter. */
    List<String> reused() {
        return List.copyOf(reused);
    }

    /** Source: 05, section 3: version byte, protobuf; behind that of an inner message its MAC. */
    private static SignalMessage message(String type, byte[] ciphertext) {
        try {
            byte[] inner = switch (type) {
                case "msg" -> ciphertext;
                case "pkmsg" ->
                    PreKeySignalMessage.parseFrom(part(ciphertext, 0))
                            .getMessage()
                            .toByteArray();
                default -> throw new IllegalArgumentException("no pairwise ciphertext: " + type);
            };
            SignalMessage message = SignalMessage.parseFrom(part(inner, MAC_BYTES));
            if (!message.hasRatchetKey() || !message.hasCounter()) {
                throw new IllegalArgumentException("a ciphertext names no message key");
            }
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("a ciphertext is damaged", e);
        }
    }

    private static byte[] part(byte[] ciphertext, int behind) {
        return Arrays.copyOfRange(ciphertext, VERSION_BYTES, ciphertext.length - behind);
    }

    private static String digest(byte[] bytes) {
        try {
            return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
