package dev.waxwing.internal.binary;

import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.zip.Deflater;

/**
 * Writes nodes in the service's binary form. Text takes the shortest form (token, packed, UTF-8) and is never taken for
 * an address, however it looks: only a {@link Jid} travels as one (as in whatsmeow).
 */
public final class NodeEncoder {

    private static final int BINARY_20_LIMIT = 1 << 20;
    private static final int MAX_AD_DEVICE = 255;
    private static final int MAX_INTEGRATOR = 0xFFFF;
    private static final int LIKELY_ATTRIBUTE_BYTES = 16;
    private static final int MAX_LIKELY_SIZE = 16 << 20;
    private static final int ODD_LENGTH = 0x80;
    private static final int PADDING = 15;
    private static final int NIBBLE = 1;
    private static final int HEX = 2;

    /** For each ASCII character: NIBBLE and HEX bits, the value in either alphabet in the high half. */
    private static final byte[] PACKABLE = packable();

    private final ByteBuf out;

    private NodeEncoder(ByteBuf out) {
        this.out = out;
    }

    /**
     * Appends a frame body: the flag byte 00, then the node.
     *
     * @param node the node
     * @param out where to write; unchanged if this fails
     * @throws IllegalArgumentException if the node cannot be written: nested deeper than 128, more than 32,767
     *     attributes or 65,535 children, or an address that has no form on the wire (unknown server, or a device where
     *     the server has none)
     */
    public static void encode(Node node, ByteBuf out) {
        int start = out.writerIndex();
        boolean done = false;
        try {
            out.writeByte(0);
            new NodeEncoder(out).node(node, 1);
            done = true;
        } finally {
            if (!done) {
                out.writerIndex(start);
            }
        }
    }

    /**
     * Appends a compressed frame body: the flag byte 02, then a zlib stream. No client sends this; the service does.
     *
     * @param node the node
     * @param out where to write; unchanged if this fails
     * @throws IllegalArgumentException as in {@link #encode}
     */
    public static void encodeCompressed(Node node, ByteBuf out) {
        ByteBuf plain = Unpooled.buffer();
        new NodeEncoder(plain).node(node, 1);
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(plain.array(), plain.arrayOffset(), plain.readableBytes());
            deflater.finish();
            out.writeByte(WireTag.FLAG_COMPRESSED);
            byte[] chunk = new byte[4096];
            while (!deflater.finished()) {
                out.writeBytes(chunk, 0, deflater.deflate(chunk));
            }
        } finally {
            deflater.end();
        }
    }

    /** A capacity in which the frame body fits as a rule, in bytes, so that a large one is not moved while it grows. */
    static int likelySize(Node node) {
        return (int) Math.min(MAX_LIKELY_SIZE, likelySize(node, 1));
    }

    private static long likelySize(Node node, int depth) {
        long size = 4 + (long) LIKELY_ATTRIBUTE_BYTES * (node.attributeCount() + 1);
        if (node.content() instanceof NodeContent.Bytes bytes) {
            size += bytes.value().length;
        } else if (node.content() instanceof NodeContent.Text text) {
            size += text.value().length();
        } else if (node.content() instanceof NodeContent.Children children && depth < WireTag.MAX_DEPTH) {
            List<Node> nodes = children.nodes();
            for (int i = 0; i < nodes.size(); i++) {
                size += likelySize(nodes.get(i), depth + 1);
            }
        }
        return size;
    }

    private void node(Node node, int depth) {
        if (depth > WireTag.MAX_DEPTH) {
            throw new IllegalArgumentException("node must be nested at most " + WireTag.MAX_DEPTH + " deep");
        }
        NodeContent content = node.content();
        int attributes = node.attributeCount();
        list(1 + 2 * attributes + (content instanceof NodeContent.Empty ? 0 : 1));
        text(node.tag());
        for (int i = 0; i < attributes; i++) {
            text(node.attributeName(i));
            if (node.attributeValue(i) instanceof Jid jid) {
                jid(jid);
            } else {
                text((String) node.attributeValue(i));
            }
        }
        if (content instanceof NodeContent.Children children) {
            List<Node> nodes = children.nodes();
            list(nodes.size());
            for (int i = 0; i < nodes.size(); i++) {
                node(nodes.get(i), depth + 1);
            }
        } else if (content instanceof NodeContent.Bytes bytes) {
            binaryHeader(bytes.value().length);
            out.writeBytes(bytes.value());
        } else if (content instanceof NodeContent.Text text) {
            text(text.value());
        }
    }

    private void list(int size) {
        if (size == 0) {
            out.writeByte(WireTag.LIST_EMPTY);
        } else if (size < 256) {
            out.writeShort(WireTag.LIST_8 << 8 | size);
        } else if (size <= WireTag.MAX_LIST) {
            out.writeByte(WireTag.LIST_16).writeShort(size);
        } else {
            throw new IllegalArgumentException("list must have at most " + WireTag.MAX_LIST + " parts but had " + size);
        }
    }

    private void text(String text) {
        int code = TokenDictionary.codeOf(text);
        if (code >= 256) {
            out.writeShort(code);
        } else if (code > 0) {
            out.writeByte(code);
        } else {
            int alphabets = alphabets(text);
            if ((alphabets & NIBBLE) != 0) {
                packed(WireTag.NIBBLE_8, text);
            } else if ((alphabets & HEX) != 0) {
                packed(WireTag.HEX_8, text);
            } else {
                int length = ByteBufUtil.utf8Bytes(text);
                binaryHeader(length);
                ByteBufUtil.reserveAndWriteUtf8(out, text, length);
            }
        }
    }

    private void binaryHeader(int length) {
        if (length < 256) {
            out.writeShort(WireTag.BINARY_8 << 8 | length);
        } else if (length < BINARY_20_LIMIT) {
            out.writeInt(WireTag.BINARY_20 << 24 | length);
        } else {
            out.writeByte(WireTag.BINARY_32).writeInt(length);
        }
    }

    private void jid(Jid jid) {
        JidServer server = jid.server();
        if (!server.isKnown()) {
            throw new IllegalArgumentException(
                    "jid must have a known server but was at '" + server + "' with domain type " + server.domainType());
        }
        if (jid.device() == 0) {
            out.writeByte(WireTag.JID_PAIR);
            if (jid.user().isEmpty()) {
                out.writeByte(WireTag.LIST_EMPTY);
            } else {
                text(jid.user());
            }
            text(server.name());
        } else if (server.domainType() >= 0 && jid.device() <= MAX_AD_DEVICE) {
            out.writeByte(WireTag.AD_JID).writeByte(server.domainType()).writeByte(jid.device());
            text(jid.user());
        } else if (server.equals(JidServer.MESSENGER)) {
            out.writeByte(WireTag.FB_JID);
            text(jid.user());
            out.writeShort(jid.device());
            text(server.name());
        } else if (server.equals(JidServer.INTEROP)) {
            interop(jid);
        } else {
            throw new IllegalArgumentException("jid must have no device at " + server + " but had " + jid.device());
        }
    }

    private void interop(Jid jid) {
        int dash = jid.user().indexOf('-');
        int integrator = dash < 0 ? -1 : integrator(jid.user().substring(0, dash));
        if (integrator < 0) {
            throw new IllegalArgumentException(
                    "user of an interop device must be 'integrator-user', integrator 0 to 65535");
        }
        out.writeByte(WireTag.INTEROP_JID);
        text(jid.user().substring(dash + 1));
        out.writeShort(jid.device()).writeShort(integrator);
        text(jid.server().name());
    }

    private static int integrator(String digits) {
        if (digits.isEmpty() || digits.length() > 5 || (alphabets(digits) & NIBBLE) == 0 || digits.indexOf('.') >= 0) {
            return -1;
        }
        int value = Integer.parseInt(digits);
        return value > MAX_INTEGRATOR ? -1 : value;
    }

    private void packed(int tag, String text) {
        int length = text.length();
        out.ensureWritable(2 + (length + 1) / 2);
        out.writeByte(tag).writeByte((length + 1) / 2 | (length & 1) * ODD_LENGTH);
        for (int i = 0; i < length; i += 2) {
            int low = i + 1 < length ? PACKABLE[text.charAt(i + 1)] >> 2 : PADDING;
            out.writeByte((PACKABLE[text.charAt(i)] >> 2) << 4 | low);
        }
    }

    private static int alphabets(String text) {
        int length = text.length();
        if (length == 0 || length > WireTag.PACKED_MAX) {
            return 0;
        }
        int shared = NIBBLE | HEX;
        for (int i = 0; i < length && shared != 0; i++) {
            char c = text.charAt(i);
            shared &= c < PACKABLE.length ? PACKABLE[c] : 0;
        }
        return shared;
    }

    private static byte[] packable() {
        byte[] table = new byte[128];
        for (char c = '0'; c <= '9'; c++) {
            table[c] = (byte) ((c - '0') << 2 | NIBBLE | HEX);
        }
        for (char c = 'A'; c <= 'F'; c++) {
            table[c] = (byte) ((c - 'A' + 10) << 2 | HEX);
        }
        table['-'] = (byte) (10 << 2 | NIBBLE);
        table['.'] = (byte) (11 << 2 | NIBBLE);
        return table;
    }
}
