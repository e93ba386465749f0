package dev.waxwing.internal.signal;

import java.util.Arrays;

/**
 * Reads an input as edits of a message, so that the same input spoils messages of fresh keys in the same way: the first
 * byte says which message, then come groups of four, what to do, where (two bytes) and with which byte.
 */
final class Edits {

    static final int GROUP = 4;

    private static final int MOST = 64;

    private Edits() {}

    /** The message spoilt as the input says, from its second byte on. */
    static byte[] apply(byte[] message, byte[] input) {
        byte[] edited = message.clone();
        int groups = Math.min(MOST, (input.length - 1) / GROUP);
        for (int i = 0; i < groups; i++) {
            int from = 1 + i * GROUP;
            int at = (input[from + 1] & 0xff) << 8 | input[from + 2] & 0xff;
            edited = apply(edited, input[from] & 0xff, at, input[from + 3]);
        }
        return edited;
    }

    private static byte[] apply(byte[] message, int what, int where, byte value) {
        if (message.length == 0) {
            return new byte[] {value};
        }
        int at = where % message.length;
        switch (what % 5) {
            case 0 -> message[at] = value;
            case 1 -> message[at] ^= value;
            case 2 -> {
                return Arrays.copyOf(message, at);
            }
            case 3 -> {
                byte[] longer = Arrays.copyOf(message, message.length + 1);
                System.arraycopy(message, at, longer, at + 1, message.length - at);
                longer[at] = value;
                return longer;
            }
            default -> {
                byte[] shorter = Arrays.copyOf(message, message.length - 1);
                System.arraycopy(message, at + 1, shorter, at, message.length - at - 1);
                return shorter;
            }
        }
        return message;
    }
}
