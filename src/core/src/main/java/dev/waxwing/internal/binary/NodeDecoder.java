package dev.waxwing.internal.binary;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads nodes in the service's binary form. Every count and length is checked against the bytes that are left before
 * anything is allocated for it, and what is not a node is refused with the offset of the fault: in the frame, or in the
 * inflated bytes of a compressed one.
 *
 * <p>Forms that are valid but longer than needed are accepted. An invalid UTF-8 sequence in text becomes U+FFFD;
 * content bytes are never touched. Of an attribute given twice the last value counts (as in Baileys and whatsmeow).
 */
public final class NodeDecoder {

    /**
     * How many nodes one frame may hold: a small one can inflate to millions. The largest lists of the service have
     * some thousands.
     */
    static final int MAX_NODES = 200_000;

    /** How many attributes all nodes of a frame may have together. */
    static final int MAX_ATTRIBUTES = 5 * MAX_NODES;

    private static final int MIN_CHILD_BYTES = 3;
    private static final int MIN_ATTRIBUTE_BYTES = 2;
    private static final int BINARY_20_MASK = 0xFFFFF;
    private static final int ODD_LENGTH = 0x80;
    private static final int FEW_ATTRIBUTES = 24;
    private static final Object[] NO_ATTRIBUTES = {};
    private static final NodeContent NO_CHILDREN = new NodeContent.Children(List.of());

    /** Values 12 to 14 mean nothing; 15 is padding, and U+0000 where no padding belongs (observed). */
    private static final byte[] NIBBLES = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '-', '.', -1, -1, -1, 0};

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};

    private final byte[] bytes;
    private final int base;
    private final int end;
    private int at;
    private int nodes;
    private int attributes;

    private NodeDecoder(byte[] bytes, int base, int start, int end) {
        this.bytes = bytes;
        this.base = base;
        this.at = start;
        this.end = end;
    }

    /**
     * Reads a frame body: the flag byte, then one node, deflated if the flag says so.
     *
     * @param frame the decrypted frame, of any kind of buffer; neither kept nor released, and its indexes stay
     * @return the node
     * @throws ProtocolViolationException if the frame is not exactly one node, naming what was wrong and where
     */
    public static Node decode(ByteBuf frame) {
        int length = frame.readableBytes();
        if (length == 0) {
            throw new ProtocolViolationException("frame is empty");
        }
        byte[] bytes;
        int base;
        if (frame.hasArray()) {
            bytes = frame.array();
            base = frame.arrayOffset() + frame.readerIndex();
        } else {
            bytes = ByteBufUtil.getBytes(frame);
            base = 0;
        }
        if ((bytes[base] & WireTag.FLAG_COMPRESSED) != 0) {
            byte[] inflated = FrameInflater.inflate(bytes, base + 1, length - 1);
            return new NodeDecoder(inflated, 0, 0, inflated.length).root();
        }
        return new NodeDecoder(bytes, base, base + 1, base + length).root();
    }

    private Node root() {
        Node node = node(1);
        if (at != end) {
            throw violation((end - at) + " bytes follow the node", at);
        }
        return node;
    }

    private Node node(int depth) {
        int start = at;
        if (depth > WireTag.MAX_DEPTH) {
            throw violation("nodes are nested deeper than " + WireTag.MAX_DEPTH, start);
        }
        if (++nodes > MAX_NODES) {
            throw violation("a frame holds more than " + MAX_NODES + " nodes", start);
        }
        int tagByte = unsignedByte();
        if (!isList(tagByte)) {
            throw violation("a node begins with tag " + tagByte + ", which is no list", start);
        }
        int size = listSize(tagByte);
        if (size == 0) {
            throw violation("a node has size 0", start);
        }
        String tag = name("tag");
        Object[] attributes = attributes((size - 1) / 2, start);
        NodeContent content = (size & 1) == 0 ? content(depth) : NodeContent.EMPTY;
        return Node.decoded(tag, attributes, content);
    }

    private Object[] attributes(int count, int start) {
        if (count == 0) {
            return NO_ATTRIBUTES;
        }
        if (count > (end - at) / MIN_ATTRIBUTE_BYTES) {
            throw violation("a node announces " + count + " attributes but " + (end - at) + " bytes are left", start);
        }
        attributes += count;
        if (attributes > MAX_ATTRIBUTES) {
            throw violation("a frame holds more than " + MAX_ATTRIBUTES + " attributes", start);
        }
        Object[] pairs = new Object[2 * count];
        Map<String, Integer> seen = count > FEW_ATTRIBUTES ? new HashMap<>() : null;
        int used = 0;
        for (int i = 0; i < count; i++) {
            String key = name("attribute name");
            Object value = attributeValue();
            // A linear search over thousands of attributes would let one frame hold up the event loop.
            Integer known = seen == null ? Integer.valueOf(indexOf(pairs, used, key)) : seen.putIfAbsent(key, used);
            int place = known == null || known < 0 ? used : known;
            pairs[place] = key;
            pairs[place + 1] = value;
            if (place == used) {
                used += 2;
            }
        }
        return used == pairs.length ? pairs : Arrays.copyOf(pairs, used);
    }

    private static int indexOf(Object[] pairs, int used, String key) {
        for (int i = 0; i < used; i += 2) {
            if (key.equals(pairs[i])) {
                return i;
            }
        }
        return -1;
    }

    private Object attributeValue() {
        int start = at;
        int tag = unsignedByte();
        if (tag == WireTag.LIST_EMPTY) {
            return "";
        }
        if (isJid(tag)) {
            return jid(tag, start);
        }
        return text(tag, start);
    }

    private NodeContent content(int depth) {
        int start = at;
        int tag = unsignedByte();
        if (isList(tag)) {
            return children(listSize(tag), depth, start);
        }
        if (tag >= WireTag.BINARY_8 && tag <= WireTag.BINARY_32) {
            int length = binaryLength(tag);
            at += length;
            return new NodeContent.Bytes(Arrays.copyOfRange(bytes, at - length, at));
        }
        return new NodeContent.Text(isJid(tag) ? jid(tag, start).toString() : text(tag, start));
    }

    private NodeContent children(int count, int depth, int start) {
        if (count == 0) {
            return NO_CHILDREN;
        }
        if (count > (end - at) / MIN_CHILD_BYTES) {
            throw violation("a list announces " + count + " nodes but " + (end - at) + " bytes are left", start);
        }
        Node[] children = new Node[count];
        for (int i = 0; i < count; i++) {
            children[i] = node(depth + 1);
        }
        return new NodeContent.Children(Arrays.asList(children));
    }

    private Jid jid(int tag, int start) {
        try {
            return switch (tag) {
                case WireTag.JID_PAIR -> {
                    String user = userText();
                    yield new Jid(user, JidServer.of(name("server")), 0);
                }
                case WireTag.AD_JID -> {
                    JidServer server = JidServer.ofDomainType(unsignedByte());
                    int device = unsignedByte();
                    yield new Jid(userText(), server, device);
                }
                case WireTag.FB_JID -> {
                    String user = userText();
                    int device = unsignedShort();
                    yield new Jid(user, requireServer(JidServer.MESSENGER), device);
                }
                default -> {
                    String user = userText();
                    int device = unsignedShort();
                    int integrator = unsignedShort();
                    yield new Jid(integrator + "-" + user, requireServer(JidServer.INTEROP), device);
                }
            };
        } catch (IllegalArgumentException e) {
            // Without the cause, whose message repeats what stood there, a phone number perhaps, at any length.
            throw violation("an address has a user, device or server that cannot be", start);
        }
    }

    private JidServer requireServer(JidServer expected) {
        int start = at;
        String name = name("server");
        if (!name.equals(expected.name())) {
            throw violation("an address of the form for " + expected + " names another server", start);
        }
        return expected;
    }

    private String userText() {
        int start = at;
        int tag = unsignedByte();
        return tag == WireTag.LIST_EMPTY ? "" : text(tag, start);
    }

    /** Text that may not be empty. */
    private String name(String what) {
        int start = at;
        int tag = unsignedByte();
        String name = tag == WireTag.LIST_EMPTY ? "" : text(tag, start);
        if (name.isEmpty()) {
            throw violation(what + " is empty", start);
        }
        return name;
    }

    private String text(int tag, int start) {
        if (tag < WireTag.DICTIONARY_0) {
            return TokenDictionary.single(tag);
        }
        if (tag <= WireTag.DICTIONARY_3) {
            return TokenDictionary.extended(tag - WireTag.DICTIONARY_0, unsignedByte());
        }
        return switch (tag) {
            case WireTag.NIBBLE_8 -> packed(NIBBLES);
            case WireTag.HEX_8 -> packed(HEX);
            case WireTag.BINARY_8, WireTag.BINARY_20, WireTag.BINARY_32 -> {
                int length = binaryLength(tag);
                at += length;
                yield new String(bytes, at - length, length, StandardCharsets.UTF_8);
            }
            default -> throw violation("tag " + tag + " stands where text belongs", start);
        };
    }

    private String packed(byte[] alphabet) {
        int start = at;
        int header = unsignedByte();
        int count = header & ~ODD_LENGTH;
        int length = 2 * count - (header >> 7);
        if (length < 0) {
            throw violation("packed text has an odd length but no bytes", start);
        }
        require(count);
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            int pair = bytes[at + (i >> 1)];
            byte character = alphabet[(i & 1) == 0 ? pair >> 4 & 15 : pair & 15];
            if (character < 0) {
                throw violation("packed text holds a value that is not assigned", at + (i >> 1));
            }
            text[i] = character;
        }
        at += count;
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /** Reads a length; so many bytes are really there. */
    private int binaryLength(int tag) {
        int start = at;
        long length = switch (tag) {
            case WireTag.BINARY_8 -> unsignedByte();
            case WireTag.BINARY_20 -> (unsignedByte() << 16 | unsignedShort()) & BINARY_20_MASK;
            default -> (long) unsignedShort() << 16 | unsignedShort();
        };
        if (length > end - at) {
            throw violation("a length of " + length + " bytes is announced but " + (end - at) + " are left", start);
        }
        return (int) length;
    }

    private static boolean isList(int tag) {
        return tag == WireTag.LIST_EMPTY || tag == WireTag.LIST_8 || tag == WireTag.LIST_16;
    }

    private static boolean isJid(int tag) {
        return tag == WireTag.JID_PAIR || (tag >= WireTag.INTEROP_JID && tag <= WireTag.AD_JID);
    }

    private int listSize(int tag) {
        return switch (tag) {
            case WireTag.LIST_8 -> unsignedByte();
            case WireTag.LIST_16 -> unsignedShort();
            default -> 0;
        };
    }

    private int unsignedByte() {
        require(1);
        return bytes[at++] & 0xFF;
    }

    private int unsignedShort() {
        require(2);
        at += 2;
        return (bytes[at - 2] & 0xFF) << 8 | (bytes[at - 1] & 0xFF);
    }

    private void require(int count) {
        if (count > end - at) {
            throw violation("the frame ends where " + count + " more bytes are needed", at);
        }
    }

    private ProtocolViolationException violation(String what, int where) {
        return new ProtocolViolationException(what + ", at byte " + (where - base));
    }
}
