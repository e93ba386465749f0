package dev.waxwing.internal.identity.oracle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.identity.SafetyNumber;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.internal.identity.Fingerprint;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.signal.libsignal.protocol.IdentityKey;
import org.signal.libsignal.protocol.ecc.Curve;
import org.signal.libsignal.protocol.fingerprint.NumericFingerprintGenerator;

/** Safety numbers beside those of libsignal 0.23.1. */
class FingerprintOracleTest {

    private static final int ROUNDS = 5_200;

    /** The version of the code that is scanned; the digits have none. */
    private static final int VERSION = 1;

    @Test
    void givenRandomKeysAndNumbers_whenBothCompute_thenDigitsAndCodeAreTheSame() throws Exception {
        NumericFingerprintGenerator libsignal = new NumericFingerprintGenerator(ROUNDS);
        Random random = new Random(60);
        for (int i = 0; i < 20; i++) {
            byte[] ours = Curve25519.generate().publicKey();
            byte[] theirs = Curve25519.generate().publicKey();
            byte[] ourName = number(random);
            byte[] theirName = number(random);

            SafetyNumber number = Fingerprint.safetyNumber(ourName, ours, theirName, theirs);

            org.signal.libsignal.protocol.fingerprint.Fingerprint expected =
                    libsignal.createFor(VERSION, ourName, identity(ours), theirName, identity(theirs));
            assertThat(number.digits())
                    .isEqualTo(expected.getDisplayableFingerprint().getDisplayText());
            assertThat(number.qrPayload())
                    .isEqualTo(expected.getScannableFingerprint().getSerialized());
        }
    }

    private static byte[] number(Random random) {
        return String.valueOf(10_000_000_000L + random.nextInt(Integer.MAX_VALUE))
                .getBytes(US_ASCII);
    }

    private static IdentityKey identity(byte[] key) throws Exception {
        return new IdentityKey(Curve.decodePoint(PublicKeys.typed(key), 0));
    }
}
