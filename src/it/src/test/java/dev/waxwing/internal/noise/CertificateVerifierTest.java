package dev.waxwing.internal.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.proto.cert.CertChain;
import dev.waxwing.testkit.noise.CertificateIssuer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CertificateVerifierTest {

    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant UNTIL = Instant.parse("2026-12-31T00:00:00Z");
    private static final CertificateIssuer ISSUER = CertificateIssuer.generate(FROM, UNTIL);
    private static final KeyPair SERVER = Curve25519.generate();
    private static final byte[] CHAIN = ISSUER.chainFor(SERVER.publicKey());

    @Test
    void givenIssuedChain_whenVerifiedFromFirstToLastSecond_thenAccepted() {
        for (Instant now : new Instant[] {FROM, FROM.plusSeconds(1), UNTIL, UNTIL.plusMillis(999)}) {
            assertThatCode(() -> verifierAt(now).verify(CHAIN, SERVER.publicKey()))
                    .as("at %s", now)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void givenClockOutsideValidity_whenVerified_thenTheMessageSpeaksOfTheClock() {
        assertThatThrownBy(() -> verifierAt(FROM.minusMillis(1)).verify(CHAIN, SERVER.publicKey()))
                .isInstanceOf(ServerNotTrustedException.class)
                .hasMessageContaining("not valid before")
                .hasMessageContaining("clock");
        assertThatThrownBy(() -> verifierAt(UNTIL.plusSeconds(1)).verify(CHAIN, SERVER.publicKey()))
                .isInstanceOf(ServerNotTrustedException.class)
                .hasMessageContaining("expired")
                .hasMessageContaining("clock");
    }

    @Test
    void givenOneCertificateOutsideItsValidity_whenVerified_thenThatOneIsNamed() throws Exception {
        CertificateIssuer shorter =
                new CertificateIssuer(ISSUER.root(), ISSUER.intermediate(), FROM, FROM.plusSeconds(10));
        CertChain longChain = CertChain.parseFrom(CHAIN);
        CertChain shortChain = CertChain.parseFrom(shorter.chainFor(SERVER.publicKey()));
        assertRefused(
                longChain.toBuilder().setLeaf(shortChain.getLeaf()).build(), "the leaf certificate expired at second");
        assertRefused(
                longChain.toBuilder()
                        .setIntermediate(shortChain.getIntermediate())
                        .build(),
                "the intermediate certificate expired at second");
    }

    @Test
    void givenWrongRootAndWrongClock_whenVerified_thenTheClockIsNotBlamed() {
        CertificateVerifier service = new CertificateVerifier(
                CertificateVerifier.serviceRootKey(), Clock.fixed(UNTIL.plusSeconds(9), ZoneOffset.UTC));
        assertThatThrownBy(() -> service.verify(CHAIN, SERVER.publicKey()))
                .isInstanceOf(ServerNotTrustedException.class)
                .hasMessage("the signature of the intermediate certificate does not verify");
    }

    @Test
    void givenChainOfAnotherServer_whenVerified_thenRefused() {
        assertThatThrownBy(() -> verifier().verify(CHAIN, Curve25519.generate().publicKey()))
                .isInstanceOf(ServerNotTrustedException.class)
                .hasMessageContaining("another key");
    }

    @Test
    void givenAnyByteChanged_whenVerified_thenRefused() {
        for (int i = 0; i < CHAIN.length; i++) {
            byte[] bad = CHAIN.clone();
            bad[i] ^= 1;
            assertThatThrownBy(() -> verifier().verify(bad, SERVER.publicKey()))
                    .as("byte %d", i)
                    .isInstanceOf(ServerNotTrustedException.class);
        }
    }

    @Test
    void givenChainCutAnywhere_whenVerified_thenRefused() {
        for (int length = 0; length < CHAIN.length; length++) {
            byte[] cut = Arrays.copyOf(CHAIN, length);
            assertThatThrownBy(() -> verifier().verify(cut, SERVER.publicKey()))
                    .as("cut at %d", length)
                    .isInstanceOf(ServerNotTrustedException.class);
        }
    }

    @Test
    void givenAbsentFieldsOrShortSignature_whenVerified_thenRefusedByName() throws Exception {
        CertChain good = CertChain.parseFrom(CHAIN);
        assertRefused(good.toBuilder().clearIntermediate().build(), "no intermediate");
        assertRefused(good.toBuilder().clearLeaf().build(), "no leaf");
        CertChain.Builder noDetails = good.toBuilder();
        noDetails.getLeafBuilder().clearDetails();
        assertRefused(noDetails.build(), "leaf certificate has no details");
        CertChain.Builder noSignature = good.toBuilder();
        noSignature.getIntermediateBuilder().clearSignature();
        assertRefused(noSignature.build(), "intermediate certificate has no signature");
        CertChain.Builder shortSignature = good.toBuilder();
        shortSignature.getLeafBuilder().setSignature(ByteString.copyFrom(new byte[63]));
        assertRefused(shortSignature.build(), "leaf certificate's signature has 63 bytes");
    }

    @Test
    void givenSignedIntermediateWithShortKey_whenVerified_thenRefused() throws Exception {
        byte[] details = CertChain.NoiseCertificate.Details.newBuilder()
                .setKey(ByteString.copyFrom(new byte[31]))
                .build()
                .toByteArray();
        CertChain.Builder chain = CertChain.parseFrom(CHAIN).toBuilder();
        chain.getIntermediateBuilder()
                .setDetails(ByteString.copyFrom(details))
                .setSignature(ByteString.copyFrom(Curve25519.sign(ISSUER.root().privateKey(), details)));
        assertRefused(chain.build(), "intermediate certificate's key has 31 bytes");
    }

    @Test
    void givenRootKeyOfWrongLength_whenCreated_thenRefused() {
        assertThatThrownBy(() -> new CertificateVerifier(new byte[33], Clock.systemUTC()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("33");
    }

    @Test
    void givenServiceRoot_whenChangedByACaller_thenTheNextCopyIsWhole() {
        CertificateVerifier.serviceRootKey()[0] = 0;
        assertThat(CertificateVerifier.serviceRootKey()[0]).isEqualTo((byte) 0x14);
    }

    private static void assertRefused(CertChain chain, String reason) {
        assertThatThrownBy(() -> verifier().verify(chain.toByteArray(), SERVER.publicKey()))
                .isInstanceOf(ServerNotTrustedException.class)
                .hasMessageContaining(reason);
    }

    private static CertificateVerifier verifier() {
        return verifierAt(FROM.plusSeconds(3600));
    }

    private static CertificateVerifier verifierAt(Instant now) {
        return new CertificateVerifier(ISSUER.root().publicKey(), Clock.fixed(now, ZoneOffset.UTC));
    }
}
