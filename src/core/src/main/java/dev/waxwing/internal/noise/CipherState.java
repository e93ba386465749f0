package dev.waxwing.internal.noise;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.AesGcm;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * One direction of the transport phase: a key and its counter (Noise specification, section 5.1).
 *
 * <p>The counter has 32 bits (observed) and the nonce is eight zero bytes and the counter, big-endian. Confined to the
 * event loop of its connection.
 */
public final class CipherState {

    private static final long COUNTER_LIMIT = 1L << Integer.SIZE;

    private final AesGcm gcm;
    private long n;

    /**
     * Starts at counter zero.
     *
     * @param key 32 bytes
     */
    public CipherState(byte[] key) {
        this(key, 0);
    }

    /** Starts at a counter other than zero, to test the limit. */
    CipherState(byte[] key, long firstCounter) {
        this.gcm = new AesGcm(key);
        this.n = firstCounter;
    }

    /**
     * The nonce of a counter.
     *
     * @param counter below 2^32
     * @return 12 bytes
     */
    public static byte[] nonce(long counter) {
        byte[] nonce = new byte[AesGcm.NONCE_BYTES];
        nonce[8] = (byte) (counter >>> 24);
        nonce[9] = (byte) (counter >>> 16);
        nonce[10] = (byte) (counter >>> 8);
        nonce[11] = (byte) counter;
        return nonce;
    }

    /** The counter of the next frame. */
    long counter() {
        return n;
    }

    /**
     * Seals all readable bytes and appends ciphertext and tag to {@code out}, which must have room for them.
     *
     * @throws ConnectionLostException if every counter was used; nothing is written
     */
    void seal(ByteBuf plaintext, ByteBuf out) {
        requireCounter("write");
        int length = plaintext.readableBytes() + AesGcm.TAG_BYTES;
        ByteBuffer target = out.nioBuffer(out.writerIndex(), length);
        gcm.seal(nonce(n), plaintext.nioBuffer(), target);
        n++;
        out.writerIndex(out.writerIndex() + length);
    }

    /**
     * Opens all readable bytes and appends the plaintext to {@code out}, which must have room for it.
     *
     * @throws ProtocolViolationException if the frame is shorter than a tag or the tag does not match; the counters of
     *     the two sides then no longer agree and the connection is over
     * @throws ConnectionLostException if every counter was used
     */
    void open(ByteBuf ciphertextAndTag, ByteBuf out) {
        requireCounter("read");
        int length = ciphertextAndTag.readableBytes();
        try {
            ByteBuffer target = out.nioBuffer(out.writerIndex(), Math.max(0, length - AesGcm.TAG_BYTES));
            gcm.open(nonce(n), ciphertextAndTag.nioBuffer(), target);
        } catch (ProtocolViolationException e) {
            throw new ProtocolViolationException("frame " + n + " of " + length + " bytes does not open", e);
        }
        n++;
        out.writerIndex(out.writerIndex() + length - AesGcm.TAG_BYTES);
    }

    private void requireCounter(String direction) {
        if (n >= COUNTER_LIMIT) {
            // A repeated nonce would give the key stream away; a new connection has new keys.
            throw new ConnectionLostException("the " + direction + " counter of this connection is used up");
        }
    }

    /** Shows the counter, never the key. */
    @Override
    public String toString() {
        return "CipherState[n=" + n + "]";
    }
}
