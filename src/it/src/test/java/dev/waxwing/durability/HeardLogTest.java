package dev.waxwing.durability;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check that no message is lost or heard twice can fail, and fails for nothing else. */
final class HeardLogTest {

    @TempDir
    Path folder;

    @Test
    void givenMessageInTheListener_whenKilled_thenItMayComeAgainAndMust() {
        assertVerdict(List.of("started", "begin a b", "started"), List.of(), List.of(), 0);
        assertVerdict(
                List.of("started", "begin a b", "started", "begin a", "end", "begin b c", "end"),
                List.of("a", "b", "c"),
                List.of(),
                2);
        assertVerdict(
                List.of("started", "begin a b", "started", "begin a b c", "end"), List.of("a", "b", "c"), List.of(), 2);
    }

    @Test
    void givenListenerReturnedLast_whenKilled_thenItMayComeAgain() {
        assertVerdict(
                List.of("started", "begin a", "end", "started", "started", "begin a", "end"),
                List.of("a"),
                List.of(),
                1);
    }

    @Test
    void givenListenerReturned_whenItComesAgainInTheSameLife_thenTwice() {
        assertVerdict(List.of("started", "begin a", "end", "begin a", "end"), List.of("a"), List.of("a"), 0);
        assertVerdict(List.of("started", "begin a", "begin a", "end"), List.of("a"), List.of("a"), 0);
    }

    @Test
    void givenAnotherBatchFollowed_whenKilled_thenTheFirstMustNotComeAgain() {
        assertVerdict(
                List.of("started", "begin a", "end", "begin b", "started", "begin a", "end", "begin b", "end"),
                List.of("a", "b"),
                List.of("a"),
                1);
        assertVerdict(
                List.of(
                        "started", "begin a", "end", "begin b", "started", "begin b", "end", "started", "begin a",
                        "end"),
                List.of("b", "a"),
                List.of("a"),
                1);
    }

    @Test
    void givenProcessStopped_whenStartedAgain_thenNothingMayComeAgain() {
        assertVerdict(
                List.of("started", "begin a", "end", "stopped", "started", "begin a", "end"),
                List.of("a"),
                List.of("a"),
                0);
        assertVerdict(
                List.of("started", "begin a", "end", "stopped", "started", "started", "begin a", "end"),
                List.of("a"),
                List.of("a"),
                0);
    }

    @Test
    void givenSameMessageTwiceInABatch_whenJudged_thenTwice() {
        assertVerdict(List.of("started", "begin a a", "end"), List.of("a"), List.of("a"), 0);
    }

    @Test
    void givenKillCutALineShort_whenReadBack_thenItCountsForNothing() throws Exception {
        Path file = folder.resolve("heard");
        try (DurableLines lines = DurableLines.open(file)) {
            HeardLog log = new HeardLog(lines);
            log.begin(List.of("a", "b"));
            log.end();
        }
        Files.writeString(file, "begin c", StandardOpenOption.APPEND);
        try (DurableLines lines = DurableLines.open(file)) {
            new HeardLog(lines).begin(List.of("d"));
        }

        assertThat(DurableLines.read(file)).containsExactly("started", "begin a b", "end", "started", "begin d");
        assertThat(DurableLines.read(folder.resolve("none"))).isEmpty();
    }

    private static void assertVerdict(List<String> lines, List<String> heard, List<String> twice, int again) {
        HeardLog.Verdict verdict = HeardLog.judge(lines);
        assertThat(verdict.heard()).as("heard in %s", lines).containsExactlyInAnyOrderElementsOf(heard);
        assertThat(verdict.twice()).as("twice in %s", lines).containsExactlyElementsOf(twice);
        assertThat(verdict.again()).as("again in %s", lines).isEqualTo(again);
    }
}
