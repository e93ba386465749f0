package dev.waxwing.internal.media.preview;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.vectors.Vectors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bars of voice notes, against those of Baileys. */
final class WaveformTest {

    static Stream<JsonNode> vectors() {
        return StreamSupport.stream(
                Vectors.load("media-waveform.json").path("vectors").spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void givenSamples_whenDrawn_thenTheBarsAreThoseOfThePeer(JsonNode vector) {
        float[] samples = samples(vector);
        Waveform waveform = new Waveform(samples.length);
        for (float sample : samples) {
            waveform.add(sample);
        }

        assertThat(samples).hasSize(vector.path("sampleCount").asInt());
        assertThat(waveform.bars())
                .hasValueSatisfying(bars -> assertThat(HexFormat.of().formatHex(bars))
                        .isEqualTo(vector.path("waveform").asText()));
    }

    private static float[] samples(JsonNode vector) {
        String hex = vector.path("samplesFloat32LE").asText();
        if (hex.isEmpty()) {
            // The rule that the file states for its long one.
            float[] samples = new float[vector.path("sampleCount").asInt()];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = (float) (Math.sin(i / 50.0) * (i % 1600) / 1600.0);
            }
            return samples;
        }
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex)).order(ByteOrder.LITTLE_ENDIAN);
        float[] samples = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(samples);
        return samples;
    }

    @Test
    void givenSilenceOrTooLittle_whenDrawn_thenThereAreNoBars() {
        Waveform silent = new Waveform(6400);
        for (int i = 0; i < 6400; i++) {
            silent.add(0);
        }
        Waveform few = new Waveform(63);
        for (int i = 0; i < 63; i++) {
            few.add(1);
        }

        assertThat(silent.bars()).isEmpty();
        assertThat(few.bars()).isEmpty();
    }
}
