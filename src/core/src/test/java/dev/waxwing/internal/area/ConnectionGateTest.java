package dev.waxwing.internal.area;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.internal.threads.ManualTimer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Waiting for a connection, with a clock that the test moves. */
final class ConnectionGateTest {

    private final ManualTimer timer = new ManualTimer();
    private final ConnectionGate gate = new ConnectionGate(timer, Runnable::run);

    @Test
    void givenNoConnection_whenTimeIsUp_thenWhoeverWaitsFails() {
        CompletableFuture<Integer> waiting = gate.await(0, Duration.ofSeconds(10));
        timer.advance(Duration.ofSeconds(9));
        assertThat(waiting).isNotDone();

        timer.advance(Duration.ofSeconds(1));

        assertThatThrownBy(waiting::join).hasCauseInstanceOf(ConnectionLostException.class);
    }

    @Test
    void givenNoConnection_whenThereIsOneInTime_thenWhoeverWaitsGoesOnAndNoTimerIsLeft() {
        CompletableFuture<Integer> waiting = gate.await(0, Duration.ofSeconds(10));

        gate.open();

        assertThat(waiting).isCompletedWithValue(1);
        assertThat(timer.scheduled()).isZero();
    }

    @Test
    void givenSomebodyWaits_whenTheStreamEnds_thenHeFailsWithTheReason() {
        CompletableFuture<Integer> waiting = gate.await(0, Duration.ofSeconds(10));

        gate.close(new SocketClosedException("closed"));

        assertThatThrownBy(waiting::join).hasCauseInstanceOf(SocketClosedException.class);
        assertThat(timer.scheduled()).isZero();
    }
}
