package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.fields;
import static dev.waxwing.interop.BaileysProcess.isEvent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waxwing.model.Jid;
import dev.waxwing.process.ServerTrust;
import dev.waxwing.process.SteeredProcess;
import dev.waxwing.proto.syncaction.SyncActionValue;
import dev.waxwing.store.SqliteStore;
import dev.waxwing.testkit.LoopbackServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two devices of one account, one Waxwing and one stock Baileys that checks every MAC, make 300 changes at the same time
 * while their connections are cut and Waxwing is killed. Both end in the same state, which the phone finds sound, and no
 * change that was acknowledged is lost.
 *
 * <p>The seed is printed; {@code -Dwaxwing.crash.seed=…} repeats the run, as far as the moments of the cuts go.
 */
final class AppStateChaosIT {

    private static final int CHANGES_EACH = 150;
    private static final int MOST_AT_ONCE = 6;
    private static final int CHATS = 5;
    private static final long MINUTES = 8;
    private static final List<String> KINDS = List.of("pin", "mute", "read", "star", "label", "edit");
    private static final List<String> JVM =
            List.of("-Xmx256m", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData");

    private final long seed =
            Long.getLong("waxwing.crash.seed", ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE));
    private int kills;
    private int cuts;

    /** What was pinned last, and acknowledged, in chats that one device alone changes. */
    private final Map<String, Boolean> pinned = new HashMap<>();

    @TempDir
    Path folder;

    @Test
    @Timeout(value = MINUTES, unit = TimeUnit.MINUTES)
    void givenTwoDevices_whenBothChangeWhileCutAndKilled_thenBothEndInTheSameState() throws Exception {
        System.out.println("AppStateChaosIT: -Dwaxwing.crash.seed=" + seed);
        Random seeds = new Random(seed);
        ExecutorService both = Executors.newFixedThreadPool(2);
        try (LoopbackServer server =
                LoopbackServer.builder().phoneBootstrap(true).start()) {
            ServerTrust.write(server, folder);
            server.phone("Alice");
            String device = linkWaxwing(server);
            try (BaileysClient tablet =
                    BaileysClient.link(server, "alices-tablet", "Alice", AppStateWithBaileysIT::checking)) {
                server.refuseAppStateConflictsWhole(Jid.parse(tablet.deviceId()));
                Random first = new Random(seeds.nextLong());
                Random second = new Random(seeds.nextLong());
                Future<?> laptop = both.submit(() -> {
                    waxwing(server, Jid.parse(device), first);
                    return null;
                });
                Future<?> other = both.submit(() -> {
                    baileys(server, tablet, second);
                    return null;
                });
                laptop.get();
                other.get();
                assertSame(server, tablet);
            }
        } finally {
            both.shutdownNow();
        }
    }

    private void assertSame(LoopbackServer server, BaileysClient tablet) throws Exception {
        try (SteeredProcess laptop = start(server)) {
            laptop.await("open");
            laptop.tell("change 0 pin 15550000@s.whatsapp.net true");
            laptop.await("done");
        }
        tablet.call("resyncAppState", StateOfDevices.COLLECTIONS, false);
        try (SqliteStore store = SqliteStore.at(folder.resolve("laptop.db"))) {
            assertThat(StateOfDevices.of(tablet)).as("with seed " + seed).isEqualTo(StateOfDevices.of(store));
        }
        Map<List<String>, SyncActionValue> pins = server.phone("Alice").state("regular_low");
        StateOfDevices.COLLECTIONS.forEach(name -> server.phone("Alice").state(name));
        pinned.forEach((chat, on) -> assertThat(
                        pins.get(List.of("pin_v1", chat)).getPinAction().getPinned())
                .as(chat + " with seed " + seed)
                .isEqualTo(on));
        System.out.printf(
                "AppStateChaosIT: %d changes, %d kills, %d cuts; versions %s%n",
                2 * CHANGES_EACH,
                kills,
                cuts,
                StateOfDevices.COLLECTIONS.stream()
                        .map(name -> name + " " + server.appStateVersion("Alice", name))
                        .toList());
        assertThat(kills).isPositive();
    }

    private SteeredProcess start(LoopbackServer server) throws Exception {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        return SteeredProcess.start(
                "state-client",
                Map.of(),
                SteeredProcess.java(
                        temporary,
                        JVM,
                        StateClient.class,
                        server.uri().toString(),
                        folder.toString(),
                        folder.resolve("laptop.db").toString(),
                        "Alice"));
    }

    private String linkWaxwing(LoopbackServer server) throws Exception {
        try (SteeredProcess laptop = start(server)) {
            server.phone("Alice").scanQr(laptop.await("qr"));
            String device = laptop.await("open");
            laptop.tell("change 0 edit 15550000@s.whatsapp.net true");
            laptop.await("done");
            return device;
        }
    }

    private void waxwing(LoopbackServer server, Jid device, Random random) throws Exception {
        int made = 0;
        SteeredProcess laptop = start(server);
        try {
            laptop.await("open");
            while (made < CHANGES_EACH) {
                Map<Integer, String> batch = new LinkedHashMap<>();
                int size = Math.min(CHANGES_EACH - made, 1 + random.nextInt(MOST_AT_ONCE));
                for (int i = 0; i < size; i++) {
                    batch.put(++made, change(random, 'w'));
                }
                tell(laptop, batch);
                int dice = random.nextInt(10);
                if (dice == 0) {
                    Thread.sleep(random.nextInt(150));
                    laptop.kill();
                    kills++;
                    laptop = start(server);
                    laptop.await("open");
                    // Some of them may have been made, and are made again; what the process said before is lost.
                    tell(laptop, batch);
                } else if (dice < 3) {
                    server.connections().close(device, 0);
                    cuts++;
                }
                awaitAll(laptop, batch);
            }
        } finally {
            laptop.close();
        }
    }

    private static void tell(SteeredProcess laptop, Map<Integer, String> batch) throws Exception {
        for (Map.Entry<Integer, String> one : batch.entrySet()) {
            laptop.tell("change " + one.getKey() + " " + one.getValue());
        }
    }

    private void awaitAll(SteeredProcess laptop, Map<Integer, String> batch) throws Exception {
        List<Integer> left = new ArrayList<>(batch.keySet());
        while (!left.isEmpty()) {
            String line = laptop.awaitLine();
            assertThat(line).as("with seed " + seed).doesNotStartWith("failed");
            if (line.startsWith("done ")) {
                left.remove(Integer.valueOf(line.substring("done ".length())));
            }
        }
        batch.values().forEach(this::acknowledged);
    }

    /** Half of the chats are changed by one device alone. */
    private static String change(Random random, char by) {
        String kind = KINDS.get(random.nextInt(KINDS.size()));
        int chat = random.nextInt(CHATS);
        int owner = random.nextBoolean() ? 0 : by == 'w' ? 1 : 2;
        return kind + " 1555" + owner + "00" + chat + "@s.whatsapp.net " + random.nextBoolean();
    }

    private synchronized void acknowledged(String change) {
        String[] words = change.split(" ");
        if (words[0].equals("pin") && !words[1].startsWith("15550")) {
            pinned.put(words[1], Boolean.parseBoolean(words[2]));
        }
    }

    private void baileys(LoopbackServer server, BaileysClient tablet, Random random) throws Exception {
        for (int made = 0; made < CHANGES_EACH; made++) {
            String change = change(random, 'b');
            if (random.nextInt(15) == 0) {
                server.connections().close(Jid.parse(tablet.deviceId()), 0);
                tablet.process().awaitEvent("closed", event -> isEvent(event, "close"));
                tablet.reconnect();
            }
            String[] words = change.split(" ");
            ObjectNode modification = modification(words[0], words[1], Boolean.parseBoolean(words[2]));
            // Refused when the other device was faster; Baileys itself tries once.
            while (!tablet.failure("chatModify", modification, words[1]).isEmpty()) {
                Thread.onSpinWait();
            }
            acknowledged(change);
        }
    }

    private static ObjectNode modification(String kind, String chat, boolean on) {
        ObjectNode modification = fields();
        switch (kind) {
            case "pin" -> modification.put("pin", on);
            case "mute" -> {
                if (on) {
                    modification.put("mute", 1_790_000_000_000L);
                } else {
                    modification.putNull("mute");
                }
            }
            case "read" -> {
                ObjectNode last = modification
                        .put("markRead", on)
                        .putArray("lastMessages")
                        .addObject();
                last.putObject("key").put("remoteJid", chat).put("id", "3EB0AA").put("fromMe", false);
                last.put("messageTimestamp", 1_760_000_000);
            }
            case "star" -> {
                ObjectNode star = modification.putObject("star").put("star", on);
                star.putArray("messages").addObject().put("id", "3EB0AA").put("fromMe", false);
            }
            case "label" ->
                modification.putObject(on ? "addChatLabel" : "removeChatLabel").put("labelId", "7");
            default ->
                modification
                        .putObject("addLabel")
                        .put("id", "7")
                        .put("name", "label " + on)
                        .put("color", 5)
                        .put("deleted", false);
        }
        return modification;
    }
}
