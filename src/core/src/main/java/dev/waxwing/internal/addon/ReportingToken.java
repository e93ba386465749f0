package dev.waxwing.internal.addon;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.StanzaKind;
import dev.waxwing.internal.crypto.Hmac;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The token beside a message: when somebody reports the message, who holds its secret can show the service that it is
 * the one that was sent. It is a MAC of the parts of the message that a person would see (04, section 5.3). Where peers
 * differ: the content is taken without its padding, the key is of the sender and the chat, and a message within a
 * message is treated as the outer one.
 */
public final class ReportingToken {

    private static final String LABEL = "Report Token";
    private static final int TOKEN_BYTES = 16;
    private static final int MOST_NESTED = 16;

    private ReportingToken() {}

    /**
     * What a message holds beside its ciphertexts, with the token.
     *
     * @param kind the attributes of its stanza
     * @param id its id
     * @param sender this account, in the form that the chat uses
     * @param chat where it goes
     * @param message its content as it goes out, without padding
     * @return the attributes with the token, or as they were if messages of this kind have none
     */
    public static StanzaKind beside(StanzaKind kind, String id, Jid sender, Jid chat, Message message) {
        byte[] secret = message.getMessageContextInfo().getMessageSecret().toByteArray();
        if (secret.length != SecretKeys.BYTES || isWithout(message)) {
            return kind;
        }
        return of(message.toByteArray(), secret, id, sender, chat)
                .map(token -> kind.with(Node.builder("reporting")
                        .child(Node.builder("reporting_token")
                                .attr("v", "2")
                                .bytes(token)
                                .build())
                        .build()))
                .orElse(kind);
    }

    private static boolean isWithout(Message message) {
        return message.hasReactionMessage()
                || message.hasEncReactionMessage()
                || message.hasEncEventResponseMessage()
                || message.hasPollUpdateMessage()
                || message.hasKeepInChatMessage();
    }

    /** The token, empty if nothing in the message counts. */
    static Optional<byte[]> of(byte[] message, byte[] secret, String id, Jid first, Jid second) {
        byte[] content = extract(message);
        if (content.length == 0) {
            return Optional.empty();
        }
        byte[] key = SecretKeys.derive(secret, id, first, second, LABEL);
        return Optional.of(Arrays.copyOf(Hmac.sha256(key, content), TOKEN_BYTES));
    }

    /** The fields that count, in the order of their numbers, as they are on the wire. */
    static byte[] extract(byte[] message) {
        try {
            return extract(message, ReportedFields.MESSAGE, MOST_NESTED);
        } catch (IOException e) {
            // It was written by this library a moment ago.
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] extract(byte[] message, Map<Integer, ReportedFields> listed, int depth) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(message);
        TreeMap<Integer, ByteArrayOutputStream> kept = new TreeMap<>();
        while (!in.isAtEnd()) {
            int start = in.getTotalBytesRead();
            int tag = in.readTag();
            int number = WireFormat.getTagFieldNumber(tag);
            ReportedFields fields = listed.get(number);
            byte[] field = new byte[0];
            if (fields == null || fields.isWhole()) {
                in.skipField(tag);
                field = fields == null ? field : Arrays.copyOfRange(message, start, in.getTotalBytesRead());
            } else if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED || depth == 0) {
                in.skipField(tag);
            } else {
                byte[] inner = extract(in.readByteArray(), fields.inner(), depth - 1);
                field = inner.length == 0 ? field : delimited(tag, inner);
            }
            if (field.length > 0) {
                kept.computeIfAbsent(number, none -> new ByteArrayOutputStream())
                        .write(field);
            }
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteArrayOutputStream field : kept.values()) {
            field.writeTo(all);
        }
        return all.toByteArray();
    }

    private static byte[] delimited(int tag, byte[] inner) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeUInt32NoTag(tag);
        out.writeByteArrayNoTag(inner);
        out.flush();
        return bytes.toByteArray();
    }
}
