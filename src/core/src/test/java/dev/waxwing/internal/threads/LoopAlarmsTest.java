package dev.waxwing.internal.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What is to be done later, and how seldom the loop hears of it. */
final class LoopAlarmsTest {

    /** A loop that wakes when the test says so. */
    private final class PlayedLoop implements LoopAlarms.Loop {

        private final List<Long> wakes = new ArrayList<>();
        private Runnable wake = () -> {};
        private boolean shutDown;

        @Override
        public Cancellable schedule(Runnable task, long nanos) {
            wakes.add(now + nanos);
            wake = task;
            return () -> {};
        }

        @Override
        public boolean isShutDown() {
            return shutDown;
        }
    }

    private long now = Long.MAX_VALUE - 50;
    private final long start = now;
    private final PlayedLoop loop = new PlayedLoop();
    private final LoopAlarms alarms = new LoopAlarms(loop, () -> now);
    private final List<String> rang = new ArrayList<>();

    private void wakeAt(long time) {
        now = start + time;
        loop.wake.run();
    }

    @Test
    void givenAlarms_whenTimePasses_thenEachRingsInItsTurnThoughTheClockWrapsAround() {
        alarms.after(100, () -> rang.add("later"));
        alarms.after(40, () -> rang.add("sooner"));
        alarms.after(40, () -> rang.add("sooner, too"));

        wakeAt(40);
        assertThat(rang).containsExactly("sooner", "sooner, too");
        wakeAt(100);

        assertThat(rang).containsExactly("sooner", "sooner, too", "later");
        assertThat(loop.wakes).containsExactly(start + 100, start + 40, start + 100);
    }

    @Test
    void givenAlarmsThatAreCalledOff_whenOthersFollow_thenTheLoopHearsOfTheFirstAlone() {
        for (int i = 0; i < 1_000; i++) {
            now = start + i;
            alarms.after(60_000, () -> rang.add("no answer")).cancel();
        }
        assertThat(loop.wakes).containsExactly(start + 60_000);

        wakeAt(60_000);

        assertThat(rang).isEmpty();
        assertThat(loop.wakes).hasSize(1);
    }

    @Test
    void givenAnAlarmThatCallsOffAnotherOfItsTime_whenItRings_thenTheOtherDoesNot() {
        List<Cancellable> other = new ArrayList<>();
        alarms.after(10, () -> other.get(0).cancel());
        other.add(alarms.after(10, () -> rang.add("called off")));

        wakeAt(10);

        assertThat(rang).isEmpty();
    }

    @Test
    void givenAnAlarmThatThrows_whenItRings_thenTheOthersRingAllTheSame() {
        alarms.after(10, () -> {
            throw new IllegalStateException("the test lets it fail");
        });
        alarms.after(10, () -> rang.add("other"));

        wakeAt(10);

        assertThat(rang).containsExactly("other");
    }

    @Test
    void givenALoopThatIsShutDown_whenAnAlarmIsSet_thenItIsRefused() {
        alarms.after(10, () -> rang.add("earlier"));
        loop.shutDown = true;

        assertThatThrownBy(() -> alarms.after(20, () -> {})).isInstanceOf(RejectedExecutionException.class);
    }
}
