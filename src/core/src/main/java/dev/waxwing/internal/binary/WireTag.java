package dev.waxwing.internal.binary;

/** The first byte of every value on the wire; 1 to 235 is a word of the first token table. */
final class WireTag {

    static final int LIST_EMPTY = 0;
    static final int DICTIONARY_0 = 236;
    static final int DICTIONARY_3 = 239;
    static final int INTEROP_JID = 245;
    static final int FB_JID = 246;
    static final int AD_JID = 247;
    static final int LIST_8 = 248;
    static final int LIST_16 = 249;
    static final int JID_PAIR = 250;
    static final int HEX_8 = 251;
    static final int BINARY_8 = 252;
    static final int BINARY_20 = 253;
    static final int BINARY_32 = 254;
    static final int NIBBLE_8 = 255;

    /** Longest text that is packed, in characters. */
    static final int PACKED_MAX = 127;

    /** The bit of the frame's first byte that announces a zlib stream. */
    static final int FLAG_COMPRESSED = 2;

    /** Deepest nesting, the root included: real trees stay under 20 (bound as in whatsapp-rust). */
    static final int MAX_DEPTH = 128;

    /** The most that a list can announce. */
    static final int MAX_LIST = 0xFFFF;

    private WireTag() {}
}
