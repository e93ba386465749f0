package dev.waxwing.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.waxwing.error.StoreFailedException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who commits, together with whom, and what happens to the others. */
@Timeout(60)
class GroupCommitTest {

    private static final Duration PATIENT = Duration.ofMinutes(1);
    private static final Duration IMPATIENT = Duration.ofMillis(5);

    private final Journal journal = new Journal();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void givenNobodyInLine_whenWorkRuns_thenItCommitsAlone() {
        GroupCommit commits = new GroupCommit(journal, PATIENT, PATIENT);

        assertThat(commits.run(() -> 1)).isEqualTo(1);
        assertThat(commits.run(() -> 2)).isEqualTo(2);

        assertThat(journal.calls)
                .containsExactly("begin", "mark", "release", "commit", "begin", "mark", "release", "commit");
    }

    @Test
    void givenThreeInLine_whenTheFirstIsDone_thenAllShareOneCommit() {
        GroupCommit commits = new GroupCommit(journal, PATIENT, PATIENT);

        List<CompletableFuture<Integer>> answers = runTogether(commits, List.of(() -> 0, () -> 1, () -> 2, () -> 3));

        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).join()).isEqualTo(i);
        }
        assertThat(journal.calls)
                .containsExactly(
                        "begin", "mark", "release", "mark", "release", "mark", "release", "mark", "release", "commit");
    }

    @Test
    void givenOneOfAGroupThrows_whenCommitted_thenItAloneIsRolledBack() {
        GroupCommit commits = new GroupCommit(journal, PATIENT, PATIENT);
        IllegalArgumentException thrown = new IllegalArgumentException("mine");

        List<CompletableFuture<Integer>> answers = runTogether(
                commits,
                List.of(
                        () -> {
                            throw thrown;
                        },
                        () -> 1));

        assertThat(failure(answers.get(0))).isSameAs(thrown).hasNoSuppressedExceptions();
        assertThat(answers.get(1).join()).isEqualTo(1);
        assertThat(journal.calls)
                .containsExactly("begin", "mark", "rollback to", "release", "mark", "release", "commit");
    }

    @Test
    void givenCommitFails_whenShared_thenAllOfTheGroupFailAndTheNextGoesOn() {
        GroupCommit commits = new GroupCommit(journal, PATIENT, PATIENT);
        journal.failOnce("commit");
        IllegalArgumentException thrown = new IllegalArgumentException("mine");

        List<CompletableFuture<Integer>> answers = runTogether(
                commits,
                List.of(
                        () -> 0,
                        () -> {
                            throw thrown;
                        },
                        () -> 2));

        assertThat(failure(answers.get(0)))
                .isInstanceOf(StoreFailedException.class)
                .hasMessageContaining("no commit today");
        assertThat(failure(answers.get(1))).isSameAs(thrown);
        assertThat(thrown.getSuppressed()).singleElement().isInstanceOf(StoreFailedException.class);
        assertThat(failure(answers.get(2))).isInstanceOf(StoreFailedException.class);
        assertThat(journal.calls).endsWith("commit", "rollback");

        assertThat(commits.run(() -> 3)).isEqualTo(3);
        assertThat(journal.calls).endsWith("rollback", "begin", "mark", "release", "commit");
    }

    @Test
    void givenDatabaseFailsInsideOneWork_whenTheWorkHidesIt_thenTheGroupFailsAllTheSame() {
        GroupCommit commits = new GroupCommit(journal, PATIENT, PATIENT);

        List<CompletableFuture<Integer>> answers = runTogether(commits, List.of(() -> 0, () -> {
            assertThat(commits.fail(new SQLException("disk full"))).hasMessageContaining("disk full");
            assertThatExceptionOfType(StoreFailedException.class).isThrownBy(commits::requireHealthy);
            return 1;
        }));

        assertThat(failure(answers.get(0))).isInstanceOf(StoreFailedException.class);
        assertThat(failure(answers.get(1)))
                .isInstanceOf(StoreFailedException.class)
                .hasRootCauseMessage("disk full");
        assertThat(journal.calls).doesNotContain("commit").endsWith("rollback");
    }

    @Test
    void givenEachCallOfTheDatabaseFails_whenWorkRuns_thenItFailsAndTheTurnIsFree() {
        GroupCommit commits = new GroupCommit(journal, PATIENT, PATIENT);
        for (String call : List.of("begin", "mark", "release", "commit")) {
            journal.failOnce(call);
            AtomicBoolean ran = new AtomicBoolean();

            assertThatExceptionOfType(StoreFailedException.class)
                    .as(call)
                    .isThrownBy(() -> commits.run(() -> ran.getAndSet(true)))
                    .withMessageContaining("no " + call + " today");
            assertThat(ran.get()).isEqualTo(call.equals("release") || call.equals("commit"));
            assertThat(commits.run(() -> call)).isEqualTo(call);
        }
        journal.failOnce("commit");
        journal.failOnce("rollback");

        assertThatExceptionOfType(StoreFailedException.class)
                .isThrownBy(() -> commits.run(() -> 1))
                .satisfies(e -> assertThat(e.getCause().getSuppressed())
                        .singleElement()
                        .satisfies(s -> assertThat(s).hasMessage("no rollback today")));
        assertThat(commits.run(() -> 2)).isEqualTo(2);
    }

    @Test
    void givenMoreInLineThanAGroupHolds_whenAllRun_thenNoGroupIsLarger() {
        GroupCommit commits = new GroupCommit(journal, PATIENT, PATIENT);
        List<Supplier<Integer>> works = new ArrayList<>();
        for (int i = 0; i <= GroupCommit.MAX_GROUP; i++) {
            int answer = i;
            works.add(() -> answer);
        }

        List<CompletableFuture<Integer>> answers = runTogether(commits, works);

        assertThat(answers).extracting(CompletableFuture::join).hasSize(GroupCommit.MAX_GROUP + 1);
        assertThat(journal.calls.stream().filter("commit"::equals)).hasSize(2);
        assertThat(journal.calls.subList(0, journal.calls.indexOf("commit")).stream()
                        .filter("release"::equals))
                .hasSize(GroupCommit.MAX_GROUP);
    }

    @Test
    void givenSomebodyKeepsTheTurn_whenPatienceEnds_thenTheWaitingOneFailsAndTheOtherCommits() throws Exception {
        GroupCommit commits = new GroupCommit(journal, IMPATIENT, PATIENT);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Integer> slow = start(() -> commits.run(() -> {
            inside.countDown();
            await(goOn);
            return 1;
        }));
        inside.await();

        assertThatExceptionOfType(StoreFailedException.class)
                .isThrownBy(() -> commits.run(() -> 2))
                .withMessageContaining("no turn within");
        goOn.countDown();

        assertThat(slow.join()).isEqualTo(1);
        assertThat(journal.calls).containsExactly("begin", "mark", "release", "commit");
    }

    @Test
    void givenTheNextOneKeepsTheTurn_whenPatienceForTheCommitEnds_thenTheFirstSaysThatItMayStillCommit() {
        GroupCommit commits = new GroupCommit(journal, PATIENT, IMPATIENT);
        CountDownLatch goOn = new CountDownLatch(1);

        List<CompletableFuture<Integer>> answers = runTogether(commits, List.of(() -> 0, () -> {
            await(goOn);
            return 1;
        }));

        assertThat(failure(answers.get(0)))
                .isInstanceOf(StoreFailedException.class)
                .hasMessageContaining("may still be committed");
        goOn.countDown();
        assertThat(answers.get(1).join()).isEqualTo(1);
    }

    @Test
    void givenCheckedExceptionThrownUnchecked_whenWorkEnds_thenItIsRethrownAndTheTurnIsFree() {
        GroupCommit commits = new GroupCommit(journal, PATIENT, PATIENT);
        IOException thrown = new IOException("as other JVM languages do");

        assertThat(catchThrowable(() -> commits.run(() -> GroupCommitTest.<Integer, RuntimeException>sneak(thrown))))
                .isSameAs(thrown);
        assertThat(commits.run(() -> 1)).isEqualTo(1);
    }

    @Test
    void givenOpenGroup_whenAnActionAloneIsNextInLine_thenTheGroupIsCommittedFirst() throws Exception {
        GroupCommit commits = new GroupCommit(journal, PATIENT, PATIENT);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Integer> first = start(() -> commits.run(() -> {
            inside.countDown();
            await(goOn);
            return 1;
        }));
        inside.await();
        CompletableFuture<Boolean> alone = start(() -> {
            commits.runAlone(() -> journal.calls.add("alone"));
            return true;
        });
        awaitLine(commits, 1);
        goOn.countDown();

        assertThat(first.join()).isEqualTo(1);
        assertThat(alone.join()).isTrue();
        assertThat(journal.calls).containsExactly("begin", "mark", "release", "commit", "alone");
    }

    /** Runs works so that all the others stand in line, in this order, while the first has the turn. */
    private List<CompletableFuture<Integer>> runTogether(GroupCommit commits, List<Supplier<Integer>> works) {
        CountDownLatch goOn = new CountDownLatch(1);
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        CountDownLatch inside = new CountDownLatch(1);
        answers.add(start(() -> commits.run(() -> {
            inside.countDown();
            await(goOn);
            return works.get(0).get();
        })));
        await(inside);
        for (int i = 1; i < works.size(); i++) {
            Supplier<Integer> work = works.get(i);
            answers.add(start(() -> commits.run(work)));
            awaitLine(commits, i);
        }
        goOn.countDown();
        return answers;
    }

    private <T> CompletableFuture<T> start(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, threads);
    }

    private static void awaitLine(GroupCommit commits, int length) {
        while (commits.waiting() < length) {
            assertThat(Thread.interrupted()).as("timed out").isFalse();
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable Throwable failure(CompletableFuture<?> answer) {
        Throwable thrown = catchThrowable(answer::join);
        return thrown == null ? null : thrown.getCause();
    }

    @SuppressWarnings("unchecked")
    private static <T, E extends Exception> T sneak(Exception thrown) throws E {
        throw (E) thrown;
    }

    /** Writes down what it is told to do; fails where asked to. */
    private static final class Journal implements GroupCommit.Database {
        private final List<String> calls = new ArrayList<>();
        private final List<String> failing = new ArrayList<>();

        void failOnce(String call) {
            failing.add(call);
        }

        private void note(String call) throws SQLException {
            calls.add(call);
            if (failing.remove(call)) {
                throw new SQLException("no " + call + " today");
            }
        }

        @Override
        public void begin() throws SQLException {
            note("begin");
        }

        @Override
        public void commit() throws SQLException {
            note("commit");
        }

        @Override
        public void rollback() throws SQLException {
            note("rollback");
        }

        @Override
        public void mark() throws SQLException {
            note("mark");
        }

        @Override
        public void releaseMark() throws SQLException {
            note("release");
        }

        @Override
        public void rollbackToMark() throws SQLException {
            note("rollback to");
        }
    }
}
