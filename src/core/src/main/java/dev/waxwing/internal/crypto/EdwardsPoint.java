package dev.waxwing.internal.crypto;

import java.math.BigInteger;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * A multiple of the base point of edwards25519, for signatures. Bouncy Castle multiplies, in constant time, but tells
 * only the u coordinate of the Montgomery form: the other one follows from the u of the neighbouring multiple. What is
 * computed here are coordinates of points that are published anyway.
 *
 * <p>Formulas: RFC 7748, section 4.1, for the two forms; K. Okeya and K. Sakurai, "Efficient Elliptic Curve
 * Cryptosystems from a Scalar Multiplication Algorithm with Recovery of the y-Coordinate on a Montgomery-Form Elliptic
 * Curve", for the second coordinate.
 *
 * @param x modulo {@link #PRIME}
 * @param y modulo {@link #PRIME}
 */
record EdwardsPoint(BigInteger x, BigInteger y) {

    /** What coordinates are counted modulo. */
    static final BigInteger PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    private static final BigInteger A = BigInteger.valueOf(486_662);
    private static final BigInteger TWO_A = A.shiftLeft(1);
    private static final BigInteger COFACTOR = BigInteger.valueOf(8);
    private static final BigInteger END_OF_SCALARS = BigInteger.TWO.pow(255);

    private static final Montgomery BASE = new Montgomery(
            BigInteger.valueOf(9),
            new BigInteger("20ae19a1b8a086b4e01edd2c7748d14c923d4d7e6d7c61b229e9c5a27eced3d9", 16));

    /** Eight times the base point: what lies between two scalars of X25519's form. */
    private static final Montgomery STEP = BASE.doubled().doubled().doubled();

    private static final BigInteger HALF_OF_STEP_V = STEP.v.shiftLeft(1).modInverse(PRIME);

    /** x = FACTOR * u / v; a square root of -486664, the one that takes one base point to the other. */
    private static final BigInteger FACTOR = new BigInteger(
                    "216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51a", 16)
            .multiply(BASE.v)
            .multiply(BASE.u.modInverse(PRIME))
            .mod(PRIME);

    private record Montgomery(BigInteger u, BigInteger v) {

        Montgomery doubled() {
            BigInteger slope = u.multiply(u)
                    .multiply(BigInteger.valueOf(3))
                    .add(TWO_A.multiply(u))
                    .add(BigInteger.ONE)
                    .multiply(v.shiftLeft(1).modInverse(PRIME))
                    .mod(PRIME);
            BigInteger doubledU =
                    slope.multiply(slope).subtract(A).subtract(u.shiftLeft(1)).mod(PRIME);
            return new Montgomery(
                    doubledU, slope.multiply(u.subtract(doubledU)).subtract(v).mod(PRIME));
        }
    }

    /**
     * Multiplies the base point.
     *
     * @param scalar as X25519 uses it: a multiple of 8 from 2^254 to 2^255 - 8
     */
    static EdwardsPoint ofScalar(BigInteger scalar) {
        BigInteger next = scalar.add(COFACTOR);
        boolean isLast = next.equals(END_OF_SCALARS);
        BigInteger u = uOf(scalar);
        BigInteger neighbour = uOf(isLast ? scalar.subtract(COFACTOR) : next);
        BigInteger difference = u.subtract(STEP.u);
        BigInteger v = u.multiply(STEP.u)
                .add(BigInteger.ONE)
                .multiply(u.add(STEP.u).add(TWO_A))
                .subtract(TWO_A)
                .subtract(difference.multiply(difference).mod(PRIME).multiply(neighbour))
                .multiply(isLast ? HALF_OF_STEP_V.negate() : HALF_OF_STEP_V)
                .mod(PRIME);
        BigInteger divisor = u.add(BigInteger.ONE);
        BigInteger inverse = divisor.multiply(v).modInverse(PRIME);
        return new EdwardsPoint(
                FACTOR.multiply(u)
                        .mod(PRIME)
                        .multiply(divisor)
                        .multiply(inverse)
                        .mod(PRIME),
                u.subtract(BigInteger.ONE).multiply(v).multiply(inverse).mod(PRIME));
    }

    private static BigInteger uOf(BigInteger scalar) {
        byte[] u = new byte[Curve25519.KEY_BYTES];
        X25519.scalarMultBase(LittleEndian.bytes(scalar, Curve25519.KEY_BYTES), 0, u, 0);
        return LittleEndian.integer(u);
    }

    /** The point of the negative scalar. */
    EdwardsPoint negated() {
        return new EdwardsPoint(PRIME.subtract(x).mod(PRIME), y);
    }

    /** Whether x is odd, which is how points are told from their negatives. */
    boolean isOdd() {
        return x.testBit(0);
    }

    /** The form of RFC 8032: y, little-endian, with {@link #isOdd} in the top bit; 32 bytes. */
    byte[] encoded() {
        byte[] encoded = LittleEndian.bytes(y, Curve25519.KEY_BYTES);
        if (isOdd()) {
            encoded[encoded.length - 1] |= (byte) 0x80;
        }
        return encoded;
    }
}
