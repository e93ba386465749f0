package dev.waxwing.internal.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.ProtocolViolationException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What crypto.json does not cover: failures, buffers, PBKDF2, SHA-1 and bad arguments. */
class SymmetricCryptoTest {

    private static final byte[] KEY = new byte[32];
    private static final byte[] NONCE = new byte[12];

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void givenFramesOnOneCipher_whenSealedInBuffers_thenSameAsSingleCalls(boolean direct) {
        AesGcm sealer = new AesGcm(KEY);
        AesGcm opener = new AesGcm(KEY);
        for (int i = 0; i < 4; i++) {
            byte[] nonce = BigEndian.encode(i, 8);
            nonce = Bytes.concat(new byte[4], nonce);
            byte[] plaintext = new byte[i * 700];
            ByteBuffer in = buffer(direct, plaintext.length).put(plaintext).flip();
            ByteBuffer sealed = buffer(direct, plaintext.length + AesGcm.TAG_BYTES);
            sealer.seal(nonce, in, sealed);
            sealed.flip();
            byte[] wire = new byte[sealed.remaining()];
            sealed.get(0, wire);
            assertThat(wire).isEqualTo(AesGcm.seal(KEY, nonce, null, plaintext));
            ByteBuffer opened = buffer(direct, plaintext.length);
            opener.open(nonce, sealed, opened);
            assertThat(opened.position()).isEqualTo(plaintext.length);
        }
    }

    @Test
    void givenAnyFlippedBit_whenOpened_thenProtocolViolation() {
        byte[] sealed = AesGcm.seal(KEY, NONCE, null, new byte[] {1, 2, 3});
        for (int i = 0; i < sealed.length; i++) {
            byte[] bad = sealed.clone();
            bad[i] ^= 1;
            assertThatThrownBy(() -> AesGcm.open(KEY, NONCE, null, bad)).isInstanceOf(ProtocolViolationException.class);
            ByteBuffer out = ByteBuffer.allocate(3);
            assertThatThrownBy(() -> new AesGcm(KEY).open(NONCE, ByteBuffer.wrap(bad), out))
                    .isInstanceOf(ProtocolViolationException.class);
        }
        assertThatThrownBy(() -> AesGcm.open(KEY, NONCE, new byte[1], sealed))
                .isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void givenLessThanATag_whenOpened_thenProtocolViolation() {
        assertThatThrownBy(() -> AesGcm.open(KEY, NONCE, null, new byte[15]))
                .isInstanceOf(ProtocolViolationException.class);
        assertThatThrownBy(() -> new AesGcm(KEY).open(NONCE, ByteBuffer.allocate(15), ByteBuffer.allocate(16)))
                .isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void givenNonceJustUsed_whenSealedAgain_thenRefused() {
        AesGcm gcm = new AesGcm(KEY);
        gcm.seal(NONCE, ByteBuffer.allocate(1), ByteBuffer.allocate(17));
        assertThatThrownBy(() -> gcm.seal(NONCE, ByteBuffer.allocate(1), ByteBuffer.allocate(17)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nonce");
    }

    @Test
    void givenOutputTooSmall_whenSealed_thenIllegalArgument() {
        AesGcm gcm = new AesGcm(KEY);
        assertThatThrownBy(() -> gcm.seal(NONCE, ByteBuffer.allocate(1), ByteBuffer.allocate(16)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("17");
    }

    @Test
    void givenWrongKeyLength_whenUsed_thenIllegalArgumentNamesIt() {
        assertThatThrownBy(() -> AesGcm.seal(new byte[16], NONCE, null, KEY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("key must be 32 bytes but was 16");
        assertThatThrownBy(() -> AesCtr.apply(KEY, NONCE, KEY)).hasMessage("iv must be 16 bytes but was 12");
        assertThatThrownBy(() -> AesCbc.encrypt(KEY, NONCE, KEY)).hasMessage("iv must be 16 bytes but was 12");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 17, 31})
    void givenBrokenCbcLength_whenDecrypted_thenProtocolViolation(int length) {
        assertThatThrownBy(() -> AesCbc.decrypt(KEY, new byte[16], new byte[length]))
                .isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void givenCbcWithWrongPadding_whenDecrypted_thenProtocolViolation() {
        byte[] twoBlocks = AesCbc.encrypt(KEY, new byte[16], new byte[16]);
        byte[] firstBlock = Arrays.copyOf(twoBlocks, 16);
        assertThatThrownBy(() -> AesCbc.decrypt(KEY, new byte[16], firstBlock))
                .isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void givenRfc7914Sample_whenStretched_thenSameKey() {
        assertThat(hex(Pbkdf2.sha256("passwd", "salt".getBytes(UTF_8), 1, 64)))
                .isEqualTo("55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
                        + "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
    }

    @Test
    void givenAbc_whenSha1_thenFipsSample() {
        assertThat(hex(Digests.sha1("a".getBytes(UTF_8), "bc".getBytes(UTF_8))))
                .isEqualTo("a9993e364706816aba3e25717850c26c9cd0d89d");
    }

    @Test
    void givenEmptyKey_whenHmac_thenSameAsZeroByteKey() {
        assertThat(hex(Hmac.sha256(new byte[0])))
                .isEqualTo("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    }

    @Test
    void givenHkdfLengthOutOfRange_whenDerived_thenRefused() {
        assertThat(Hkdf.sha256(KEY, null, new byte[0], Hkdf.MAX_OUTPUT_BYTES)).hasSize(8160);
        assertThatThrownBy(() -> Hkdf.sha256(KEY, null, new byte[0], Hkdf.MAX_OUTPUT_BYTES + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void givenNumberThatDoesNotFit_whenEncoded_thenRefused() {
        assertThatThrownBy(() -> BigEndian.encode(1 << 24, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BigEndian.encode(-1, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BigEndian.decode(new byte[0])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void givenTwoDraws_whenCompared_thenDifferent() {
        assertThat(RandomBytes.next(32)).hasSize(32).isNotEqualTo(RandomBytes.next(32));
        assertThat(ConstantTime.equal(KEY, KEY.clone())).isTrue();
        assertThat(ConstantTime.equal(KEY, NONCE)).isFalse();
    }

    private static ByteBuffer buffer(boolean direct, int capacity) {
        return direct ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
