package dev.waxwing.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.threads.ManualTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OfflineBacklogTest {

    private final ManualTimer timer = new ManualTimer();
    private final List<Node> sent = new ArrayList<>();
    private final List<Integer> finished = new ArrayList<>();
    private boolean room = true;
    private final OfflineBacklog backlog = new OfflineBacklog(timer, sent::add, () -> room, finished::add);

    @Test
    void givenPreview_whenBatchesCome_thenEachIsFollowedByARequest() {
        backlog.announced(500);
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).requireChild("offline_batch").attr("count")).isEqualTo("200");

        backlog.received();
        backlog.received();
        timer.advance(Duration.ofMillis(99));
        assertThat(sent).hasSize(1);
        timer.advance(Duration.ofMillis(1));
        assertThat(sent).hasSize(2);
        timer.advance(Duration.ofSeconds(5));
        assertThat(sent).as("asked once a batch").hasSize(2);
    }

    @Test
    void givenSlowBatch_whenItComesOneByOne_thenTheNextIsAskedWhenItIsHere() {
        backlog.announced(500);

        receiveSlowly(OfflineBacklog.BATCH - 1);
        assertThat(sent).hasSize(1);
        receiveSlowly(1);
        timer.advance(OfflineBacklog.PAUSE);

        assertThat(sent).hasSize(2);
    }

    @Test
    void givenBatchSmallerThanAskedFor_whenNothingMoreComes_thenTheNextIsAsked() {
        backlog.announced(500);

        receiveSlowly(10);
        assertThat(sent).hasSize(1);
        timer.advance(OfflineBacklog.PAUSE);

        assertThat(sent).hasSize(2);
    }

    @Test
    void givenNothingWaits_whenAnnounced_thenNothingIsAsked() {
        backlog.announced(0);
        backlog.ended(0);

        assertThat(sent).isEmpty();
        assertThat(finished).containsExactly(0);
    }

    @Test
    void givenBusyHandlers_whenBatchCame_thenTheNextIsAskedWhenThereIsRoom() {
        backlog.announced(500);
        room = false;
        backlog.received();
        timer.advance(Duration.ofSeconds(1));
        assertThat(sent).hasSize(1);

        room = true;
        backlog.room();

        assertThat(sent).hasSize(2);
    }

    @Test
    void givenEnd_whenReceived_thenNothingMoreIsAsked() {
        backlog.announced(500);
        backlog.received();

        backlog.ended(500);
        timer.advance(Duration.ofMinutes(5));

        assertThat(sent).hasSize(1);
        assertThat(finished).containsExactly(500);
        assertThat(timer.scheduled()).isZero();
    }

    @Test
    void givenSilence_whenAMinutePasses_thenFinished() {
        backlog.announced(500);
        timer.advance(Duration.ofSeconds(59));
        backlog.received();
        timer.advance(Duration.ofSeconds(59));
        assertThat(finished).isEmpty();

        timer.advance(Duration.ofSeconds(1));

        assertThat(finished).containsExactly(0);
        backlog.ended(500);
        assertThat(finished).as("told once").hasSize(1);
    }

    private void receiveSlowly(int count) {
        for (int i = 0; i < count; i++) {
            timer.advance(OfflineBacklog.PAUSE.dividedBy(2));
            backlog.received();
        }
    }
}
