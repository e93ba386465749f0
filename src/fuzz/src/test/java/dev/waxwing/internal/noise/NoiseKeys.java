package dev.waxwing.internal.noise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.vectors.Vectors;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;

/** The keys of noise-handshake.json, and a verifier that trusts its root within the validity of its chain. */
final class NoiseKeys {

    static final JsonNode FILE = Vectors.load("noise-handshake.json");

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-08-21T00:00:00Z"), ZoneOffset.UTC);

    private NoiseKeys() {}

    static KeyPair key(String name) {
        JsonNode pair = FILE.get("testKeys").get(name);
        return new KeyPair(hex(pair.get("public")), hex(pair.get("private")));
    }

    static CertificateVerifier verifier() {
        return new CertificateVerifier(key("rootSigner").publicKey(), CLOCK);
    }

    static byte[] hex(JsonNode text) {
        return HexFormat.of().parseHex(text.asText());
    }
}
