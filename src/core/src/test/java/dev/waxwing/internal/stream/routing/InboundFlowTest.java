package dev.waxwing.internal.stream.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Row L3: what is being handled is bounded by bytes as well as by stanzas. */
final class InboundFlowTest {

    private static final int MANY = 1_000;

    private final AtomicInteger pending = new AtomicInteger();
    private final InboundFlow flow = new InboundFlow(MANY, 2 * MANY, pending::get, reading -> {});

    @Test
    void l3_givenFewLargeStanzas_whenTheirBytesReachTheSoftLimit_thenReadingStopsUntilTheyAreDone() {
        flow.started(InboundFlow.SOFT_BYTES - 1);
        assertThat(flow.isPaused()).isFalse();
        assertThat(flow.hasRoom()).isFalse();

        flow.started(1);
        assertThat(flow.isPaused()).isTrue();

        flow.finished(1);
        assertThat(flow.isPaused()).isFalse();
        flow.finished(InboundFlow.SOFT_BYTES - 1);
        assertThat(flow.hasRoom()).isTrue();
    }

    @Test
    void l3_givenAnAnswerThatIsAwaited_whenBytesComeUpToTheHardLimit_thenReadingGoesOnTillThere() {
        pending.set(1);
        flow.started(InboundFlow.SOFT_BYTES);
        assertThat(flow.isPaused()).isFalse();

        flow.started(InboundFlow.HARD_BYTES - InboundFlow.SOFT_BYTES);

        assertThat(flow.isPaused()).isTrue();
    }
}
