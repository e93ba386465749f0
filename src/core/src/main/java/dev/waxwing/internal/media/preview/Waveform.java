package dev.waxwing.internal.media.preview;

import java.util.Optional;

/**
 * The 64 bars that a voice note is drawn with: the mean loudness of each 64th of it, as a share of the loudest 64th in
 * per cent, rounded down (as Baileys does; vectors media-waveform.json). Samples are given one by one, so that none need
 * be kept.
 */
final class Waveform {

    private static final int BARS = 64;
    private static final int FULL = 100;

    private final long samplesPerBar;
    private final double[] sums = new double[BARS];
    private long taken;

    /** @param samples how many there will be; those behind the last whole 64th do not count */
    Waveform(long samples) {
        this.samplesPerBar = samples / BARS;
    }

    void add(double sample) {
        if (samplesPerBar > 0 && taken < samplesPerBar * BARS) {
            sums[(int) (taken / samplesPerBar)] += Math.abs(sample);
        }
        taken++;
    }

    /** The bars; nothing if there are too few samples, or all are silent. */
    Optional<byte[]> bars() {
        double loudest = 0;
        double[] means = new double[BARS];
        for (int i = 0; i < BARS; i++) {
            means[i] = samplesPerBar == 0 ? 0 : sums[i] / samplesPerBar;
            loudest = Math.max(loudest, means[i]);
        }
        if (loudest == 0) {
            return Optional.empty();
        }
        byte[] bars = new byte[BARS];
        double scale = 1 / loudest;
        for (int i = 0; i < BARS; i++) {
            bars[i] = (byte) Math.floor(FULL * (means[i] * scale));
        }
        return Optional.of(bars);
    }
}
