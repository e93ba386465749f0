package dev.waxwing.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.testkit.LoopbackServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What waits for a stock Baileys client reaches it complete and in order, also when more comes while it takes its
 * backlog.
 */
class BaileysBacklogIT {

    private static final int LIVE = 10;

    @ParameterizedTest
    @CsvSource({"200,0,false,1", "200,100,false,1", "200,0,true,1", "20,0,false,3", "20,100,false,3", "20,100,true,3"})
    void stockBaileysBacklog_whenItComesBackAndMoreFollows_thenAllIsThereInOrder(
            int backlog, int latencyMillis, boolean strict, int rounds) throws Exception {
        try (LoopbackServer server = LoopbackServer.builder()
                        .latency(Duration.ofMillis(latencyMillis))
                        .strict(strict)
                        .start();
                WaxwingClient alice = WaxwingClient.link(server, "alice", "Alice");
                WaxwingClient carol = WaxwingClient.link(server, "carol", "Carol");
                BaileysClient bob = BaileysClient.link(server, "bob", "Bob")) {
            bob.awaitMessage(alice.sendText(bob.phoneNumber(), "we have met"));
            for (int round = 0; round < rounds; round++) {
                bob.process().call("end");
                List<String> ids = new ArrayList<>();
                for (int i = 0; i < backlog; i++) {
                    ids.add(alice.sendText(bob.phoneNumber(), "waiting " + i));
                }
                // With latency they are on their way still. Whoever has a later one knows that the server holds them:
                // what
                // arrives just as it connects, Baileys itself takes in another order.
                carol.awaitMessage(alice.sendText(carol.phoneNumber(), "fence"));
                bob.process().call("connect");
                for (int i = 0; i < LIVE; i++) {
                    ids.add(alice.sendText(bob.phoneNumber(), "live " + i));
                }

                for (String id : ids) {
                    bob.awaitMessage(id);
                }
                assertThat(bob.process().seen("message"))
                        .extracting((JsonNode event) -> event.path("id").asText())
                        .filteredOn(ids::contains)
                        .isEqualTo(ids);
            }
            assertThat(bob.undecryptable()).isEmpty();
        }
    }
}
