package dev.waxwing.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.process.ServerTrust;
import dev.waxwing.process.SteeredProcess;
import dev.waxwing.testkit.LoopbackServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many accounts in a process with 384 MB of heap. Linking takes most of a second of processor time for each, for its one-time keys; so a
 * thousand of them only storm a port where nobody is, and the accounts that are linked are fewer unless {@code waxwing.accounts} asks for
 * more.
 */
final class ManyAccountsIT {

    private static final int ACCOUNTS = Integer.getInteger("waxwing.accounts", 40);
    private static final int STORMING = 1_000;
    private static final int MOST_THREADS = 40;

    /** The WebSocket close code. */
    private static final int SERVER_RESTARTS = 1012;

    @TempDir
    private Path folder;

    @Test
    void givenAThousandAccounts_whenAllTryToConnectAtOnceAndAgain_thenThreadsStayFew() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        try (SteeredProcess client = SteeredProcess.start(
                "storm",
                Map.of(),
                SteeredProcess.java(
                        temporary, List.of("-Xmx384m"), ManyAccountsClient.class, Integer.toString(STORMING)))) {
            int threads = Integer.parseInt(client.await("storm"));
            System.out.printf(
                    "%d accounts storm: %d threads, %s B heap each%n", STORMING, threads, client.await("heap"));

            assertThat(threads).isLessThanOrEqualTo(MOST_THREADS);
        }
    }

    @Test
    void givenManyAccounts_whenTheyReconnectAtOnceAndOneBlocksItsListeners_thenThreadsStayFewAndOthersDeliver()
            throws Exception {
        try (LoopbackServer server = LoopbackServer.start()) {
            ServerTrust.write(server, folder);
            Path temporary = Files.createDirectory(folder.resolve("tmp"));
            try (SteeredProcess client = SteeredProcess.start(
                    "accounts",
                    Map.of(),
                    SteeredProcess.java(
                            temporary,
                            List.of("-Xmx384m"),
                            ManyAccountsClient.class,
                            server.uri().toString(),
                            folder.toString(),
                            Integer.toString(ACCOUNTS)))) {
                int connected = link(server, client);
                String heap = client.await("heap");
                client.await("ready");

                server.connections().list().stream()
                        .flatMap(connection -> connection.device().stream())
                        .forEach(device -> server.connections().close(device, SERVER_RESTARTS));
                client.tell("reconnected");
                int storm = Integer.parseInt(client.await("reconnected"));

                client.tell("measure");
                client.await("p99");
                client.tell("measure");
                String free = client.await("p99");
                client.tell("block");
                client.await("blocked");
                client.tell("measure");
                String blocked = client.await("p99");

                System.out.printf(
                        "%d accounts: %d threads connected, %d in the storm, %s B heap each, p99 %s us, %s us beside blocked"
                                + " listeners%n",
                        ACCOUNTS, connected, storm, heap, free, blocked);
                assertThat(connected).as("threads while connecting").isLessThanOrEqualTo(MOST_THREADS);
                assertThat(storm).as("threads while all reconnect").isLessThanOrEqualTo(MOST_THREADS);
            }
        }
    }

    /** Scans every code that the process shows. */
    private static int link(LoopbackServer server, SteeredProcess client) throws InterruptedException {
        while (true) {
            String line = client.awaitLine();
            if (line.startsWith("connected ")) {
                return Integer.parseInt(line.substring("connected ".length()));
            }
            if (line.startsWith("qr ")) {
                String[] parts = line.split(" ", 3);
                server.phone("account " + parts[1]).scanQr(parts[2]);
            }
        }
    }
}
