package dev.waxwing.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.threads.ManualTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class KeepAliveTest {

    private final ManualTimer timer = new ManualTimer();
    private final ServerClock clock = new ServerClock(timer);
    private final List<CompletableFuture<Node>> pings = new ArrayList<>();
    private boolean paused;
    private Duration silence;
    private double random = 0.5;
    private final KeepAlive keepAlive =
            new KeepAlive(KeepAlivePolicy.DEFAULT, timer, () -> random, clock, () -> paused, new KeepAlive.Line() {
                @Override
                public CompletableFuture<Node> request(Node iq, Duration timeout) {
                    assertThat(iq.attr("xmlns")).isEqualTo("w:p");
                    CompletableFuture<Node> answer = new CompletableFuture<>();
                    timer.after(timeout, () -> answer.completeExceptionally(new RequestTimeoutException("no answer")));
                    pings.add(answer);
                    return answer;
                }

                @Override
                public void dead(Duration silent) {
                    silence = silent;
                }
            });

    @Test
    void givenRandomExtremes_whenStarted_thenPingsWithinTheInterval() {
        random = 0;
        keepAlive.start();
        timer.advance(Duration.ofMillis(19_999));
        assertThat(pings).isEmpty();
        timer.advance(Duration.ofMillis(1));
        assertThat(pings).hasSize(1);

        random = Math.nextDown(1.0);
        answer("");
        timer.advance(Duration.ofMillis(29_999));
        assertThat(pings).hasSize(1);
        timer.advance(Duration.ofMillis(1));
        assertThat(pings).hasSize(2);
    }

    @Test
    void givenSilence_whenAnswerIsDue_thenDead() {
        keepAlive.start();

        timer.advance(Duration.ofSeconds(44));
        assertThat(silence).isNull();
        timer.advance(Duration.ofSeconds(1));

        assertThat(silence).isEqualTo(Duration.ofSeconds(45));
        assertThat(timer.scheduled()).isZero();
    }

    @Test
    void givenOtherTraffic_whenPingIsNotAnswered_thenAlive() {
        keepAlive.start();
        timer.advance(Duration.ofSeconds(30));

        keepAlive.received();
        timer.advance(Duration.ofSeconds(15));

        assertThat(silence).isNull();
        timer.advance(Duration.ofSeconds(25));
        assertThat(pings).hasSize(2);
    }

    @Test
    void givenReadingHeldBack_whenPingIsNotAnswered_thenAlive() {
        keepAlive.start();
        paused = true;

        timer.advance(Duration.ofSeconds(300));

        assertThat(silence).isNull();
    }

    @Test
    void givenWallClockJumps_whenServerAnswers_thenAlive() {
        keepAlive.start();
        timer.advance(Duration.ofSeconds(25));

        timer.setWall(timer.wallMillis() + 3_600_000);
        keepAlive.received();
        answer("");
        timer.advance(Duration.ofSeconds(25));

        assertThat(silence).isNull();
        assertThat(pings).hasSize(2);
    }

    @Test
    void givenAnswerWithTime_whenReceived_thenServerClockIsCorrected() {
        keepAlive.start();
        timer.advance(Duration.ofSeconds(25));
        long now = timer.wallMillis();

        answer(Long.toString(now / 1000 - 120));

        assertThat(clock.millis()).isEqualTo(now / 1000 * 1000 - 120_000);
    }

    @Test
    void givenStopped_whenTimePasses_thenNoPing() {
        keepAlive.start();

        keepAlive.stop();
        timer.advance(Duration.ofSeconds(300));

        assertThat(pings).isEmpty();
        assertThat(silence).isNull();
    }

    private void answer(String t) {
        keepAlive.received();
        pings.get(pings.size() - 1).complete(Node.builder("iq").attr("t", t).build());
    }
}
