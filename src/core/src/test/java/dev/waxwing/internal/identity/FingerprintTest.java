package dev.waxwing.internal.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.waxwing.identity.SafetyNumber;
import dev.waxwing.internal.crypto.Curve25519;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Safety numbers, against the values that Signal's own library is tested with (libsignal, {@code fingerprint.rs}). */
class FingerprintTest {

    private static final byte[] ALICE = "+14152222222".getBytes(US_ASCII);
    private static final byte[] BOB = "+14153333333".getBytes(US_ASCII);
    private static final byte[] ALICE_KEY = key("06863bc66d02b40d27b8d49ca7c09e9239236f9d7d25d6fcca5ce13c7064d868");
    private static final byte[] BOB_KEY = key("f781b6fb32fed9ba1cf2de978d4d5da28dc34046ae814402b5c0dbd96fda907b");

    @Test
    void givenSignalsVector_whenComputed_thenBothSidesShowItsDigits() {
        SafetyNumber ofAlice = Fingerprint.safetyNumber(ALICE, ALICE_KEY, BOB, BOB_KEY);
        SafetyNumber ofBob = Fingerprint.safetyNumber(BOB, BOB_KEY, ALICE, ALICE_KEY);

        assertThat(ofAlice.digits()).isEqualTo("300354477692869396892869876765458257569162576843440918079131");
        assertThat(ofBob.digits()).isEqualTo(ofAlice.digits());
        assertThat(ofAlice.grouped()).hasSize(60 + 11).startsWith("30035 44776 92869 ");
    }

    @Test
    void givenSignalsVector_whenShownAsACode_thenItIsTheScannableFormAndTheOtherSideMatches() {
        SafetyNumber ofAlice = Fingerprint.safetyNumber(ALICE, ALICE_KEY, BOB, BOB_KEY);
        SafetyNumber ofBob = Fingerprint.safetyNumber(BOB, BOB_KEY, ALICE, ALICE_KEY);

        assertThat(HexFormat.of().formatHex(ofAlice.qrPayload()))
                .isEqualTo("080112220a201e301a0353dce3dbe7684cb8336e85136cdc0ee96219494ada305d62a7bd61df"
                        + "1a220a20d62cbf73a11592015b6b9f1682ac306fea3aaf3885b84d12bca631e9d4fb3a4d");
        assertThat(ofAlice.matches(ofBob.qrPayload())).isTrue();
        assertThat(ofBob.matches(ofAlice.qrPayload())).isTrue();
    }

    @Test
    void givenAnotherKey_whenCompared_thenNeitherDigitsNorCodeMatch() {
        SafetyNumber ofAlice = Fingerprint.safetyNumber(ALICE, ALICE_KEY, BOB, BOB_KEY);
        byte[] between = Curve25519.generate().publicKey();
        SafetyNumber ofBob = Fingerprint.safetyNumber(BOB, BOB_KEY, ALICE, between);

        assertThat(ofBob.digits()).isNotEqualTo(ofAlice.digits());
        assertThat(ofAlice.matches(ofBob.qrPayload())).isFalse();
        assertThat(ofAlice.matches(ofAlice.qrPayload())).as("one's own code").isFalse();
        assertThat(ofAlice.matches(new byte[0])).isFalse();
    }

    @Test
    void givenOtherThanSixtyDigits_whenMade_thenRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SafetyNumber("12345", new byte[0], new byte[0], new byte[0]))
                .withMessageContaining("digits");
    }

    private static byte[] key(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
