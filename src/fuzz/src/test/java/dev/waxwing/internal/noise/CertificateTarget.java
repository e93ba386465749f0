package dev.waxwing.internal.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.proto.cert.CertChain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Certificate chains as they come, and with details under genuine signatures of the root or of the intermediate, as the
 * first byte says. Refused with {@link ServerNotTrustedException} only; what is taken without our signature is for the
 * server's key.
 */
public final class CertificateTarget implements FuzzTarget {

    private static final int KINDS = 3;

    private final CertificateVerifier verifier = NoiseKeys.verifier();
    private final byte[] server = NoiseKeys.key("serverStatic").publicKey();
    private final KeyPair root = NoiseKeys.key("rootSigner");
    private final KeyPair intermediate = NoiseKeys.key("intermediateSigner");
    private final CertChain good;

    public CertificateTarget() {
        try {
            good = CertChain.parseFrom(NoiseKeys.hex(
                    NoiseKeys.FILE.get("transcripts").get(0).get("certChain").get("protobuf")));
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        seeds.add(marked(0, good.toByteArray()));
        seeds.add(marked(1, good.getIntermediate().getDetails().toByteArray()));
        seeds.add(marked(2, good.getLeaf().getDetails().toByteArray()));
        return seeds;
    }

    @Override
    public void accept(byte[] input) throws Exception {
        if (input.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        int kind = (input[0] & 0xff) % KINDS;
        byte[] chain = switch (kind) {
            case 0 -> rest;
            case 1 ->
                good.toBuilder().setIntermediate(signed(root, rest)).build().toByteArray();
            default ->
                good.toBuilder().setLeaf(signed(intermediate, rest)).build().toByteArray();
        };
        try {
            verifier.verify(chain, server);
        } catch (ServerNotTrustedException e) {
            return;
        }
        CertChain taken = CertChain.parseFrom(chain);
        byte[] leafKey = CertChain.NoiseCertificate.Details.parseFrom(
                        taken.getLeaf().getDetails())
                .getKey()
                .toByteArray();
        assertThat(leafKey).isEqualTo(server);
        if (kind == 0) {
            assertThat(taken.getIntermediate().getDetails())
                    .isEqualTo(good.getIntermediate().getDetails());
            assertThat(taken.getLeaf().getDetails()).isEqualTo(good.getLeaf().getDetails());
        }
    }

    private static CertChain.NoiseCertificate signed(KeyPair signer, byte[] details) {
        return CertChain.NoiseCertificate.newBuilder()
                .setDetails(ByteString.copyFrom(details))
                .setSignature(ByteString.copyFrom(Curve25519.sign(signer.privateKey(), details)))
                .build();
    }

    private static byte[] marked(int kind, byte[] rest) {
        byte[] seed = new byte[rest.length + 1];
        seed[0] = (byte) kind;
        System.arraycopy(rest, 0, seed, 1, rest.length);
        return seed;
    }
}
