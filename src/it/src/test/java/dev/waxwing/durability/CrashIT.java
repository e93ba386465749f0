package dev.waxwing.durability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.process.SteeredProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two accounts write to each other, and every fourth message to a group of both, through a server, each of the three in
 * a process of its own, and each account is killed over and over. A third member is put out of the group and back into
 * it meanwhile, so that kills fall on new sender keys too. Nothing may be lost, nothing heard twice save what was in the
 * listener at the kill (see {@link HeardLog}), no message key and no iteration of a sender key used twice, and nothing
 * asked for again.
 *
 * <p>The seed is printed; {@code -Dwaxwing.crash.seed=…} repeats the run, as far as the moments of the kills go.
 */
final class CrashIT {

    private static final int KILLS = 25;

    /** Somebody comes into the group, or leaves it, in every so many lives of one side. */
    private static final int STIRRED = 3;

    private static final int MESSAGES_EACH_WAY = 2500;
    private static final long MINUTES = 8;

    private final long seed =
            Long.getLong("waxwing.crash.seed", ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE));

    @TempDir
    Path folder;

    @Test
    @Timeout(value = MINUTES, unit = TimeUnit.MINUTES)
    void givenBothSidesAreKilledOverAndOver_whenMessagesFlowBothWays_thenNoneIsLostNorHeardTwice() throws Exception {
        System.out.println("CrashIT: -Dwaxwing.crash.seed=" + seed);
        Random seeds = new Random(seed);
        Path serverTemporary = Files.createDirectory(folder.resolve("server-tmp"));
        try (SteeredProcess server = CrashParty.java(
                "crash-server",
                serverTemporary,
                CrashServer.class,
                folder.toString(),
                String.valueOf(seeds.nextLong()))) {
            String uri = server.await("listening");
            Script byAlice = new Script('A', MESSAGES_EACH_WAY);
            Script byBob = new Script('B', MESSAGES_EACH_WAY);
            CrashParty alice = new CrashParty(uri, folder, byAlice, seeds.nextLong());
            CrashParty bob = new CrashParty(uri, folder, byBob, seeds.nextLong());
            String aliceJid = alice.link(server);
            String bobJid = bob.link(server);

            server.tell("group crash-A " + bobJid);
            String group = server.await("group");
            AtomicInteger lives = new AtomicInteger();
            AtomicInteger told = new AtomicInteger(1);
            CrashParty.Stir stir = () -> {
                if (lives.incrementAndGet() % STIRRED == 0) {
                    told.incrementAndGet();
                    server.tell("stir");
                }
            };

            int heardByThen = together(
                    () -> live(alice, bobJid, group, byBob, stir), () -> live(bob, aliceJid, group, byAlice, () -> {}));
            alice.awaitBacklog();
            bob.awaitBacklog();

            HeardLog.Verdict atAlice = alice.verdict();
            HeardLog.Verdict atBob = bob.verdict();
            List<String> atServer = report(server);
            System.out.printf(
                    "CrashIT: %d of %d heard in %d lives that ended by a kill; again after a kill: %d and %d; %s%n",
                    heardByThen,
                    2 * MESSAGES_EACH_WAY,
                    2 * KILLS,
                    atAlice.again(),
                    atBob.again(),
                    atServer.get(atServer.size() - 1));
            // They flowed while there were kills, from the first to the last; how many by then depends on the machine.
            assertThat(heardByThen).as(seed()).isBetween(MESSAGES_EACH_WAY / 2, 2 * MESSAGES_EACH_WAY - 1);
            assertEverythingOnce(atAlice, byBob, told.get());
            assertEverythingOnce(atBob, byAlice, told.get());
            assertThat(alice.acked()).as(seed()).containsExactlyInAnyOrderElementsOf(byAlice.ids());
            assertThat(bob.acked()).as(seed()).containsExactlyInAnyOrderElementsOf(byBob.ids());
            assertThat(alice.trouble()).as(seed()).isEmpty();
            assertThat(bob.trouble()).as(seed()).isEmpty();
            assertThat(atServer).as(seed()).hasSize(1);
            assertThat(ciphertexts(atServer, 1)).as(seed()).isGreaterThanOrEqualTo(2 * MESSAGES_EACH_WAY);
            assertThat(ciphertexts(atServer, 2)).as(seed()).isEqualTo(byAlice.forGroup() + byBob.forGroup());
            // Each side has one at first, and others after somebody was put out.
            assertThat(ciphertexts(atServer, 3)).as(seed()).isGreaterThan(2);
        }
    }

    /** @param told how often the server told something of the group */
    private void assertEverythingOnce(HeardLog.Verdict verdict, Script byOther, int told) {
        assertThat(verdict.heard())
                .as(seed())
                .filteredOn(Script::isWritten)
                .containsExactlyInAnyOrderElementsOf(byOther.ids());
        assertThat(verdict.heard()).as(seed()).hasSize(byOther.size() + told);
        assertThat(verdict.twice()).as(seed()).isEmpty();
    }

    private String seed() {
        return "with seed " + seed;
    }

    /** What the server says is wrong, and in the last line how many ciphertexts it has looked at, and how many of
     * them went to the group. */
    private static List<String> report(SteeredProcess server) throws Exception {
        server.tell("report");
        List<String> report = new ArrayList<>();
        do {
            report.add(server.awaitLine());
        } while (!report.get(report.size() - 1).startsWith(CrashServer.CIPHERTEXTS));
        return report;
    }

    private static int ciphertexts(List<String> report, int word) {
        return Integer.parseInt(report.get(report.size() - 1).split(" ")[word]);
    }

    /**
     * Lives until everything has come both ways.
     *
     * @return how many messages it had heard at its last kill
     */
    private static int live(CrashParty party, String peer, String group, Script byPeer, CrashParty.Stir stir)
            throws Exception {
        party.liveAndDie(KILLS, peer, group, stir);
        int heard = party.heard();
        party.finish(peer, group, byPeer.size());
        return heard;
    }

    /** Does both at the same time and gives the sum; if one fails the other is not waited for. */
    private static int together(Callable<Integer> one, Callable<Integer> other) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            CompletionService<Integer> sides = new ExecutorCompletionService<>(threads);
            sides.submit(one);
            sides.submit(other);
            return sides.take().get() + sides.take().get();
        } finally {
            threads.shutdownNow();
            threads.awaitTermination(1, TimeUnit.MINUTES);
        }
    }
}
