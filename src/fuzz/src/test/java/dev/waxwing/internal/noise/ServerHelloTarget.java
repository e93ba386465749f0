package dev.waxwing.internal.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.fuzz.Seeds;
import dev.waxwing.testkit.noise.NoiseServerHandshake;
import java.util.ArrayList;
import java.util.List;

/**
 * What the server answers first: whole as it comes, to a client that resumes too, and as a certificate chain that a
 * server seals properly. Refused
 * with {@link ProtocolViolationException} or {@link ServerNotTrustedException} only; who is refused hears neither our
 * static key nor the payload.
 */
public final class ServerHelloTarget implements FuzzTarget {

    private static final byte[] PAYLOAD = {1, 2, 3};

    private static final byte[] CHAIN = NoiseKeys.hex(
            NoiseKeys.FILE.get("transcripts").get(0).get("certChain").get("protobuf"));

    private final CertificateVerifier verifier = NoiseKeys.verifier();

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>(Seeds.hex(List.of("serverHelloProtobuf"), "noise-handshake.json"));
        NoiseKeys.FILE
                .get("transcripts")
                .forEach(transcript ->
                        seeds.add(NoiseKeys.hex(transcript.get("serverHello").get("protobuf"))));
        NoiseKeys.FILE.get("certChecks").forEach(check -> {
            if (check.get("certChain").has("protobuf")) {
                seeds.add(NoiseKeys.hex(check.get("certChain").get("protobuf")));
            }
        });
        return seeds;
    }

    @Override
    public void accept(byte[] input) {
        NoiseClientHandshake client = client();
        client.clientHello();
        answer(client, input);

        NoiseClientHandshake other = client();
        NoiseServerHandshake server =
                new NoiseServerHandshake(NoiseKeys.key("serverStatic"), input, () -> NoiseKeys.key("serverEphemeral"));
        answer(other, server.onClientHello(other.clientHello()));

        NoiseClientHandshake resuming = client();
        resuming.resume(CHAIN);
        resuming.clientHello();
        assertThat(resuming.triedToResume()).isTrue();
        answer(resuming, input);
    }

    private NoiseClientHandshake client() {
        return new NoiseClientHandshake(
                NoiseKeys.key("clientStatic"), verifier, PAYLOAD, () -> NoiseKeys.key("clientEphemeral"));
    }

    private static void answer(NoiseClientHandshake client, byte[] hello) {
        byte[] finish;
        try {
            finish = client.onServerHello(hello);
        } catch (ProtocolViolationException | ServerNotTrustedException e) {
            return;
        }
        // Nothing that was not sealed for this very handshake resumes.
        assertThat(finish).isNotNull().hasSizeLessThan(200);
        assertThat(client.certChain()).isPresent();
        assertThat(client.split()).isNotNull();
    }
}
