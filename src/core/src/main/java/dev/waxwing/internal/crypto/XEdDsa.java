package dev.waxwing.internal.crypto;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Signing by XEdDSA ("The XEdDSA and VXEdDSA Signature Schemes" of the Signal project, section 3.2), with the sign of
 * the Edwards key in bit 7 of the last byte instead of always zero, as all peers do. Hashing and the multiplication of
 * points are the libraries'; here is what connects them.
 *
 * <p>The nonce is eight times a hash, not the hash itself, since the multiplication takes multiples of 8 only: evenly
 * distributed all the same, for 8 has an inverse modulo the order.
 */
final class XEdDsa {

    /** Length of the randomness that goes into a signature. */
    static final int RANDOM_BYTES = 64;

    private static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    private static final BigInteger HALF = BigInteger.TWO.pow(251);

    /** Tells the first hash from the second one. */
    private static final byte[] FIRST_HASH = new byte[Curve25519.KEY_BYTES];

    static {
        Arrays.fill(FIRST_HASH, (byte) 0xff);
        FIRST_HASH[0] = (byte) 0xfe;
    }

    private XEdDsa() {}

    /**
     * Signs.
     *
     * @param privateKey 32 bytes, clamped or not
     * @param message any bytes
     * @param random {@link #RANDOM_BYTES} fresh bytes
     * @return 64 bytes
     */
    static byte[] sign(byte[] privateKey, byte[] message, byte[] random) {
        byte[] clamped = Curve25519.clamped(privateKey);
        BigInteger key = LittleEndian.integer(clamped);
        EdwardsPoint publicPoint = EdwardsPoint.ofScalar(key);
        BigInteger hash = hash(FIRST_HASH, clamped, message, random);
        BigInteger negative = ORDER.subtract(hash);
        // Of a number and its negative one is in the upper half, and eight times that one is a scalar of X25519's form
        // (but for a share of 2^-127).
        boolean isNegative = hash.compareTo(HALF) < 0;
        BigInteger scalar = (isNegative ? negative : hash).shiftLeft(3);
        EdwardsPoint multiple = EdwardsPoint.ofScalar(scalar);
        byte[] noncePoint = (isNegative ? multiple.negated() : multiple).encoded();
        BigInteger nonce = isNegative ? scalar.negate() : scalar;
        BigInteger challenge = hash(noncePoint, publicPoint.encoded(), message);
        byte[] response = LittleEndian.bytes(nonce.add(challenge.multiply(key)).mod(ORDER), Curve25519.KEY_BYTES);
        if (publicPoint.isOdd()) {
            response[response.length - 1] |= (byte) 0x80;
        }
        return Bytes.concat(noncePoint, response);
    }

    private static BigInteger hash(byte[]... parts) {
        return LittleEndian.integer(Digests.sha512(parts)).mod(ORDER);
    }
}
