package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.fields;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.LoopbackServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Five accounts with Waxwing and five with stock Baileys in one group, one of each with two devices. */
class MixedGroupIT {

    private static final int OF_EACH = 5;
    private static final int MESSAGES = 500;

    private final long seed =
            Long.getLong("waxwing.group.seed", ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE));
    private final List<WaxwingClient> waxwings = new ArrayList<>();
    private final List<BaileysClient> baileys = new ArrayList<>();
    private LoopbackServer server;

    @BeforeEach
    void link() throws Exception {
        server = LoopbackServer.start();
        for (int i = 0; i < OF_EACH; i++) {
            waxwings.add(WaxwingClient.link(server, "waxwing " + i, "Waxwing" + i));
            baileys.add(BaileysClient.link(server, "baileys " + i, "Baileys" + i));
        }
        waxwings.add(WaxwingClient.link(server, "second waxwing", "Waxwing0"));
        baileys.add(BaileysClient.link(server, "second baileys", "Baileys0"));
    }

    @AfterEach
    void stop() throws Exception {
        waxwings.forEach(WaxwingClient::close);
        for (BaileysClient client : baileys) {
            client.close();
        }
        server.close();
    }

    @Test
    void givenTwelveDevicesInAGroup_whenTheyWriteInTurnsByChance_thenAllReadAllInOrder() throws Exception {
        System.out.println("MixedGroupIT: -Dwaxwing.group.seed=" + seed);
        Jid group = group();
        Random random = new Random(seed);
        List<Set<String>> ownOfWaxwing = new ArrayList<>();
        List<Set<String>> ownOfBaileys = new ArrayList<>();
        waxwings.forEach(client -> ownOfWaxwing.add(new HashSet<>()));
        baileys.forEach(client -> ownOfBaileys.add(new HashSet<>()));
        // Each is acknowledged before the next is written.
        List<String> order = new ArrayList<>();

        for (int i = 0; i < MESSAGES; i++) {
            int author = random.nextInt(waxwings.size() + baileys.size());
            String id;
            if (author < waxwings.size()) {
                id = waxwings.get(author).sendText(group, "message " + i);
                ownOfWaxwing.get(author).add(id);
            } else {
                BaileysClient client = baileys.get(author - waxwings.size());
                id = client.sendText(group.toString(), "message " + i);
                ownOfBaileys.get(author - waxwings.size()).add(id);
                client.awaitAck(id);
            }
            order.add(id);
        }

        List<Set<String>> authors = new ArrayList<>(ownOfWaxwing);
        authors.addAll(ownOfBaileys);
        for (int i = 0; i < waxwings.size(); i++) {
            Set<String> own = ownOfWaxwing.get(i);
            List<String> expected =
                    order.stream().filter(id -> !own.contains(id)).toList();
            WaxwingClient client = waxwings.get(i);
            client.awaitMessage(expected.get(expected.size() - 1));
            assertThat(client.received().stream()
                            .map(received -> received.message().id())
                            .filter(order::contains)
                            .toList())
                    .as("at Waxwing %d with seed %d", i, seed)
                    .isEqualTo(expected);
            assertThat(client.undecryptable()).isEmpty();
        }
        for (int i = 0; i < baileys.size(); i++) {
            Set<String> own = ownOfBaileys.get(i);
            List<String> expected =
                    order.stream().filter(id -> !own.contains(id)).toList();
            BaileysClient client = baileys.get(i);
            for (String id : expected) {
                client.awaitMessage(id);
            }
            List<String> seen = client.process().seen("message").stream()
                    .map(event -> event.path("id").asText())
                    .filter(expected::contains)
                    .toList();
            assertThat(seen).as("at Baileys %d with seed %d", i, seed).containsExactlyInAnyOrderElementsOf(expected);
            // It opens the messages of several authors at the same time, so that only those of one stay in order.
            for (Set<String> author : authors) {
                assertThat(seen.stream().filter(author::contains).toList())
                        .as("of one author at Baileys %d with seed %d", i, seed)
                        .isEqualTo(expected.stream().filter(author::contains).toList());
            }
            assertThat(client.undecryptable()).isEmpty();
        }
    }

    private Jid group() throws Exception {
        ObjectNode fields = fields().put("subject", "Mixed");
        ArrayNode participants = fields.putArray("participants");
        waxwings.stream()
                .limit(OF_EACH)
                .forEach(client -> participants.add(client.phoneNumber().toString()));
        baileys.stream().limit(OF_EACH).skip(1).forEach(client -> participants.add(client.phoneNumber()));
        JsonNode created = baileys.get(0).process().call("groupCreate", fields);
        return Jid.parse(created.path("jid").asText());
    }
}
