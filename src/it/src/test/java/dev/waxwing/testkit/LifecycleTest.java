package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.model.Jid;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Servers come and go. */
final class LifecycleTest {

    @Test
    void givenTwentyServersInTurn_whenEachIsClosedUnderItsClient_thenNoThreadIsLeft() throws Exception {
        Set<Thread> before = serverThreads();
        for (int i = 0; i < 20; i++) {
            LoopbackServer server = LoopbackServer.start();
            try (RawClient client = RawClient.register(server, RawCredentials.fresh("Alice"))) {
                client.next("iq");
                server.close();
                client.awaitClosed();
            }
        }
        assertThat(serverThreads()).isSubsetOf(before);
    }

    @Test
    void givenManyServersAtOnce_whenClientsPair_thenEachServerKnowsItsOwn() throws Exception {
        List<LoopbackServer> servers = new ArrayList<>();
        try {
            for (int i = 0; i < 5; i++) {
                servers.add(LoopbackServer.start());
            }
            for (LoopbackServer server : servers) {
                Jid device = RawPairing.link(server, RawCredentials.fresh("Alice"));
                assertThat(server.phone("Alice").companions()).containsExactly(device);
            }
            assertThat(servers).extracting(LoopbackServer::port).doesNotHaveDuplicates();
        } finally {
            servers.forEach(LoopbackServer::close);
        }
    }

    @Test
    void givenClosedServer_whenUsed_thenItSaysSoAndWaitersAreCancelled() {
        LoopbackServer server = LoopbackServer.start();
        var never = server.journal().await(entry -> false);
        server.close();
        server.close();

        assertThat(never).isCancelled();
        assertThatThrownBy(() -> server.phone("Alice"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void givenPortInUse_whenAnotherServerWantsIt_thenItFailsAndLeavesNothing() {
        Set<Thread> before = serverThreads();
        try (LoopbackServer first = LoopbackServer.start()) {
            LoopbackServerBuilder second = LoopbackServer.builder().port(first.port());
            assertThatThrownBy(second::start).hasMessageContaining(Integer.toString(first.port()));
        }
        assertThat(serverThreads()).isSubsetOf(before);
    }

    @Test
    void givenServerClosedFromItsOwnThread_whenAwaited_thenItEnds() throws Exception {
        LoopbackServer server = LoopbackServer.start();
        server.world().tell(server::close);
        for (Thread thread : serverThreads()) {
            thread.join(TimeUnit.SECONDS.toMillis(20));
        }
        assertThatThrownBy(() -> server.phone("Alice")).hasMessageContaining("closed");
    }

    @Test
    void givenSameSeed_whenServersStart_thenTheirNoiseRootsAreTheSame() {
        try (LoopbackServer first = LoopbackServer.builder().seed(1).start();
                LoopbackServer same = LoopbackServer.builder().seed(1).start();
                LoopbackServer other = LoopbackServer.builder().seed(2).start()) {
            assertThat(same.noiseRootPublicKey()).isEqualTo(first.noiseRootPublicKey());
            assertThat(other.noiseRootPublicKey()).isNotEqualTo(first.noiseRootPublicKey());
        }
    }

    private static Set<Thread> serverThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("waxwing-loopback"))
                .collect(Collectors.toSet());
    }
}
