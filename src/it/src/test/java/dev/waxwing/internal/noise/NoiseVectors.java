package dev.waxwing.internal.noise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.testkit.noise.NoiseServerHandshake;
import dev.waxwing.vectors.Vectors;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;

/** noise-handshake.json and the fixed keys in it. */
final class NoiseVectors {

    static final JsonNode FILE = Vectors.load("noise-handshake.json");

    /** Inside the validity of the good chain, after the expired one and before the one not yet valid. */
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-08-21T00:00:00Z"), ZoneOffset.UTC);

    private NoiseVectors() {}

    static KeyPair key(String name) {
        JsonNode pair = FILE.get("testKeys").get(name);
        return new KeyPair(hex(pair, "public"), hex(pair, "private"));
    }

    static JsonNode transcript(int index) {
        return FILE.get("transcripts").get(index);
    }

    static CertificateVerifier verifier() {
        return new CertificateVerifier(key("rootSigner").publicKey(), CLOCK);
    }

    static NoiseClientHandshake client() {
        return new NoiseClientHandshake(key("clientStatic"), verifier(), clientPayload(), () -> key("clientEphemeral"));
    }

    static NoiseServerHandshake server() {
        return new NoiseServerHandshake(
                key("serverStatic"), hex(transcript(0).get("certChain"), "protobuf"), () -> key("serverEphemeral"));
    }

    static byte[] clientPayload() {
        return hex(transcript(0).get("clientFinish"), "clientPayload");
    }

    static byte[] hex(JsonNode node, String field) {
        return hex(node.get(field).asText());
    }

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
