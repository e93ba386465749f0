package dev.waxwing.internal.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.vectors.Vectors;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;

/**
 * What computes on the curve: Bouncy Castle always, and what this platform has, which with libsignal is its native
 * code.
 */
final class CurveOperationsTest {

    private static final int TIMES = 200;
    private static final byte[] MESSAGE = {1, 2, 3};

    private final CurveOperations portable = new PortableCurve();
    private final CurveOperations here = CurveOperations.best();
    private final Random random = new Random(25519);

    @Test
    void givenLibrary_whenOnTheClassPathOrNot_thenUsedOrDoneWithout() {
        boolean isThere;
        try {
            Class.forName("org.signal.libsignal.protocol.ecc.Curve");
            isThere = true;
        } catch (ClassNotFoundException e) {
            isThere = false;
        }

        // The test's own platforms are such that have the native code.
        assertThat(here).isInstanceOf(isThere ? NativeCurve.class : PortableCurve.class);
        assertThat(Curve25519.isNative()).isEqualTo(isThere);
    }

    @Test
    void givenAgreementsOfTheFile_whenAgreed_thenBothAnswerTheSecret() {
        for (JsonNode row : Vectors.load("xeddsa.json").get("agreements")) {
            byte[] secret = row.has("shared") ? hex(row, "shared") : new byte[32];

            assertThat(portable.agree(hex(row, "privateA"), hex(row, "publicB")))
                    .isEqualTo(secret);
            assertThat(here.agree(hex(row, "privateA"), hex(row, "publicB"))).isEqualTo(secret);
        }
    }

    @Test
    void givenAnyKeys_whenAgreedAndSigned_thenBothAreTheSameToTheOtherSide() {
        for (int i = 0; i < TIMES; i++) {
            byte[] privateKey = bytes(32);
            byte[] publicKey = Curve25519.fromPrivate(privateKey).publicKey();
            byte[] peer = Curve25519.fromPrivate(bytes(32)).publicKey();
            byte[] message = bytes(random.nextInt(100));

            assertThat(portable.agree(privateKey, peer)).isEqualTo(here.agree(privateKey, peer));
            for (CurveOperations signer : new CurveOperations[] {portable, here}) {
                byte[] signature = signer.sign(privateKey, message);
                assertThat(Curve25519.verify(publicKey, message, signature)).isTrue();
                signature[random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
                assertThat(Curve25519.verify(publicKey, message, signature)).isFalse();
            }
        }
    }

    @Test
    void givenSameRandomness_whenSigned_thenSameSignatureAndWithOtherAnother() {
        byte[] privateKey = bytes(32);
        byte[] one = bytes(XEdDsa.RANDOM_BYTES);

        assertThat(XEdDsa.sign(privateKey, MESSAGE, one)).isEqualTo(XEdDsa.sign(privateKey, MESSAGE, one));
        assertThat(XEdDsa.sign(privateKey, MESSAGE, one))
                .isNotEqualTo(XEdDsa.sign(privateKey, MESSAGE, bytes(XEdDsa.RANDOM_BYTES)));
        assertThat(portable.sign(privateKey, MESSAGE)).isNotEqualTo(portable.sign(privateKey, MESSAGE));
    }

    @Test
    void givenScalarsOfEd25519_whenMultiplied_thenThePointIsItsPublicKey() {
        for (int i = 0; i < TIMES; i++) {
            byte[] seed = bytes(32);
            byte[] publicKey = new byte[32];
            Ed25519.generatePublicKey(seed, 0, publicKey, 0);
            byte[] scalar = Curve25519.clamped(Arrays.copyOf(Digests.sha512(seed), 32));

            assertThat(EdwardsPoint.ofScalar(LittleEndian.integer(scalar)).encoded())
                    .isEqualTo(publicKey);
        }
    }

    @Test
    void givenFirstAndLastScalar_whenSignedWith_thenTheSignatureVerifies() {
        byte[] last = new byte[32];
        Arrays.fill(last, (byte) 0xff);
        for (byte[] privateKey : new byte[][] {new byte[32], last}) {
            byte[] signature = portable.sign(privateKey, MESSAGE);
            assertThat(Curve25519.verify(Curve25519.fromPrivate(privateKey).publicKey(), MESSAGE, signature))
                    .isTrue();
        }
    }

    @Test
    void givenPoint_whenNegated_thenOnlyTheSignChanges() {
        EdwardsPoint point = EdwardsPoint.ofScalar(BigInteger.TWO.pow(254));
        byte[] flipped = point.encoded();
        flipped[31] ^= (byte) 0x80;

        assertThat(point.negated().encoded()).isEqualTo(flipped);
        assertThat(point.negated().negated()).isEqualTo(point);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] hex(JsonNode row, String field) {
        return HexFormat.of().parseHex(row.get(field).asText());
    }
}
