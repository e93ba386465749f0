package dev.waxwing.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.process.ServerTrust;
import dev.waxwing.process.SteeredProcess;
import dev.waxwing.testkit.LoopbackServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many accounts in a process with 384 MB of heap: {@code waxwing.accounts} says how many are linked, {@code
 * waxwing.store} where they keep what they know ({@code memory} or {@code sqlite}). {@code docs/scaling.md} has the
 * command for a thousand, and the figures.
 */
final class ManyAccountsIT {

    private static final int ACCOUNTS = Integer.getInteger("waxwing.accounts", 60);
    private static final String STORE = System.getProperty("waxwing.store", "memory");
    private static final int STORMING = 1_000;
    private static final int MOST_THREADS = 40;
    private static final int ROUNDS = 3;

    /** A thousand uploads of one-time keys would fill this process otherwise. */
    private static final int JOURNAL = 1_000;

    /** The WebSocket close code. */
    private static final int SERVER_RESTARTS = 1012;

    @TempDir
    private Path folder;

    @Test
    void givenAThousandAccounts_whenAllTryToConnectAtOnceAndAgain_thenThreadsStayFew() throws Exception {
        try (SteeredProcess client = start("storm", Integer.toString(STORMING))) {
            int threads = Integer.parseInt(client.await("storm"));
            System.out.printf(
                    "%d accounts storm: %d threads, %s B heap each%n", STORMING, threads, client.await("heap"));

            assertThat(threads).isLessThanOrEqualTo(MOST_THREADS);
        }
    }

    @Test
    void givenManyAccounts_whenTheyReconnectAtOnceAndOneBlocksItsListeners_thenThreadsStayFewAndOthersDeliver()
            throws Exception {
        try (LoopbackServer server =
                LoopbackServer.builder().journalLimit(JOURNAL).start()) {
            ServerTrust.write(server, folder);
            Spending linking = new Spending();
            try (SteeredProcess client =
                    start("accounts", Integer.toString(ACCOUNTS), server.uri().toString(), folder.toString(), STORE)) {
                int connected = Integer.parseInt(link(server, client));
                linking.report("linking", client);
                String heap = client.await("heap");
                client.await("ready");

                Spending reconnecting = new Spending(client);
                server.connections().list().stream()
                        .flatMap(connection -> connection.device().stream())
                        .forEach(device -> server.connections().close(device, SERVER_RESTARTS));
                client.tell("reconnected");
                int storm = Integer.parseInt(awaitWhileItGoesOn(client, "reconnected"));
                reconnecting.report("reconnecting", client);
                System.out.printf(
                        "%d accounts, %s store: %d threads connected, %d in the storm, %s B heap each%n",
                        ACCOUNTS, STORE, connected, storm, heap);

                List<String> taken = new ArrayList<>();
                ask(client, "measure", "taken");
                for (int round = 0; round < ROUNDS; round++) {
                    String free = ask(client, "measure", "taken");
                    ask(client, "block", "blocked");
                    taken.add(free + " " + ask(client, "measure", "taken"));
                    ask(client, "release", "released");
                }
                System.out.printf("median/p99 in us without and with blocked listeners, each round: %s%n", taken);

                assertThat(connected).as("threads while connecting").isLessThanOrEqualTo(MOST_THREADS);
                assertThat(storm).as("threads while all reconnect").isLessThanOrEqualTo(MOST_THREADS);
                assertThat(server.unhandled()).isEmpty();
            }
        }
    }

    private SteeredProcess start(String name, String... arguments) throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        return SteeredProcess.start(
                name,
                Map.of(),
                SteeredProcess.java(temporary, List.of("-Xmx384m"), ManyAccountsClient.class, arguments));
    }

    private static String ask(SteeredProcess client, String question, String answer) throws Exception {
        client.tell(question);
        return client.await(answer);
    }

    /** Scans every code that the process shows. */
    private static String link(LoopbackServer server, SteeredProcess client) throws InterruptedException {
        while (true) {
            String line = client.awaitLine();
            if (line.startsWith("connected ")) {
                return line.substring("connected ".length());
            }
            if (line.startsWith("qr ")) {
                String[] parts = line.split(" ", 3);
                server.phone("account " + parts[1]).scanQr(parts[2]);
            }
        }
    }

    /** Waits as long as the process says lines: many accounts may take many times as long as one. */
    private static String awaitWhileItGoesOn(SteeredProcess client, String word) throws InterruptedException {
        String line = client.awaitLine();
        while (!line.startsWith(word + " ")) {
            line = client.awaitLine();
        }
        return line.substring(word.length() + 1);
    }

    /** What a step took of time and of both processes' processors. */
    private static final class Spending {

        private final long start = System.nanoTime();
        private final Duration clientBefore;
        private final Duration serverBefore = serverCpu();

        Spending() {
            clientBefore = Duration.ZERO;
        }

        Spending(SteeredProcess client) {
            clientBefore = client.cpu();
        }

        void report(String what, SteeredProcess client) {
            System.out.printf(
                    "%s %d accounts: %d ms, processor time for each: client %d us, server %d us%n",
                    what,
                    ACCOUNTS,
                    (System.nanoTime() - start) / 1_000_000,
                    client.cpu().minus(clientBefore).toNanos() / 1_000 / ACCOUNTS,
                    serverCpu().minus(serverBefore).toNanos() / 1_000 / ACCOUNTS);
        }

        private static Duration serverCpu() {
            return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        }
    }
}
