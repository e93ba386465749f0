package dev.waxwing.internal.content;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.RandomBytes;
import java.util.Arrays;

/** The 1 to 16 bytes, each holding their number, that follow every end-to-end encrypted message to blur its length. */
public final class MessagePadding {

    private static final int LONGEST = 16;

    private MessagePadding() {}

    /**
     * Pads a message by a random length.
     *
     * @param message the message
     * @return the message, then 1 to 16 bytes
     */
    public static byte[] pad(byte[] message) {
        return pad(message, RandomBytes.nextInt(LONGEST));
    }

    /** @param random only its low four bits are used */
    static byte[] pad(byte[] message, int random) {
        int length = (random & 0x0f) + 1;
        byte[] padded = Arrays.copyOf(message, message.length + length);
        Arrays.fill(padded, message.length, padded.length, (byte) length);
        return padded;
    }

    /**
     * Takes the padding off. Strict: the bytes must agree with each other, as two of three peers demand.
     *
     * @param padded what was decrypted
     * @return the message
     * @throws ProtocolViolationException if the padding is not well formed
     */
    public static byte[] strip(byte[] padded) {
        int length = padded.length == 0 ? 0 : padded[padded.length - 1] & 0xff;
        if (length == 0 || length > padded.length) {
            throw new ProtocolViolationException("padding of " + length + " in a message of " + padded.length);
        }
        for (int i = padded.length - length; i < padded.length; i++) {
            if ((padded[i] & 0xff) != length) {
                throw new ProtocolViolationException("padding bytes differ from their number " + length);
            }
        }
        return Arrays.copyOf(padded, padded.length - length);
    }
}
