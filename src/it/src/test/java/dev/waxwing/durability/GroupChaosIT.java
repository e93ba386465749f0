package dev.waxwing.durability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.model.Jid;
import dev.waxwing.model.WebMessage;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.PhoneGroup;
import dev.waxwing.testkit.server.Connections;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Six devices of three accounts write to one group on a strict server that drops, delays, repeats and reorders stanzas
 * and cuts connections: every message arrives once at every other device, and no iteration of a sender key is used for
 * two messages.
 */
final class GroupChaosIT {

    private static final List<Character> ACCOUNTS = List.of('A', 'B', 'C');
    private static final int DEVICES_EACH = 2;
    private static final int ROUNDS = 100;
    private static final long PATIENCE_SECONDS = 120;

    private final long seed =
            Long.getLong("waxwing.chaos.seed", ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE));
    private final List<ChaosDevice> devices = new ArrayList<>();
    private final RatchetKeys keys = new RatchetKeys();

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void givenEveryKindOfFault_whenSixDevicesWriteToAGroup_thenAllArriveOnceAndNoKeyIsUsedTwice() throws Exception {
        System.out.println("GroupChaosIT: -Dwaxwing.chaos.seed=" + seed);
        try (LoopbackServer server =
                LoopbackServer.builder().strict(true).seed(seed).start()) {
            StanzaTap tap = StanzaTap.on(server, entry -> {
                if (entry.direction() == Direction.IN) {
                    keys.look(entry.stanza());
                }
            });
            try {
                link(server);
                PhoneGroup group = group(server);
                addFaults(server);
                List<String> sent = writeAll(group.jid(), 0, ROUNDS);
                awaitAcks();
                server.faults().clear();
                // What was dropped on the way to a device comes when it logs in again.
                cutAll(server);
                awaitHeard(sent);
                List<String> all = new ArrayList<>(sent);
                all.addAll(writeAll(group.jid(), ROUNDS, ROUNDS + 1));
                awaitAcks();
                awaitHeard(all);

                assertThat(tap.failure()).as(seed()).isEmpty();
                for (ChaosDevice device : devices) {
                    assertThat(device.heard().stream()
                                    .map(WebMessage::id)
                                    .filter(GroupChaosIT::isWritten)
                                    .toList())
                            .as("heard by %s %s", device.name(), seed())
                            .containsExactlyInAnyOrderElementsOf(expected(device, all));
                }
                assertThat(keys.count()).isGreaterThanOrEqualTo(all.size());
                assertThat(keys.reused()).as(seed()).isEmpty();
            } finally {
                devices.forEach(ChaosDevice::close);
            }
        }
    }

    private void link(LoopbackServer server) throws Exception {
        for (char account : ACCOUNTS) {
            for (int device = 1; device <= DEVICES_EACH; device++) {
                devices.add(ChaosDevice.link(server, new ChaosName(account, device)));
            }
        }
    }

    private PhoneGroup group(LoopbackServer server) {
        Jid[] others = devices.stream()
                .map(device -> device.jid().withoutDevice())
                .distinct()
                .skip(1)
                .toArray(Jid[]::new);
        return server.phone(devices.get(0).name().accountName()).createGroup("Chaos", others);
    }

    private static void addFaults(LoopbackServer server) {
        addFault(server, 0.002, new FaultAction.Drop());
        addFault(server, 0.01, new FaultAction.Delay(Duration.ofMillis(15)));
        addFault(server, 0.01, new FaultAction.Duplicate());
        addFault(server, 0.005, new FaultAction.Reorder(1));
        addFault(server, 0.0005, new FaultAction.Close(0));
        addFault(server, 0.0002, new FaultAction.StreamError(503));
    }

    private static void addFault(LoopbackServer server, double chance, FaultAction action) {
        server.faults().add(StanzaMatch.in("").withProbability(chance), action);
        server.faults().add(StanzaMatch.out("").withProbability(chance), action);
    }

    private static void cutAll(LoopbackServer server) {
        for (Connections.Info connection : server.connections().list()) {
            connection.device().ifPresent(device -> {
                try {
                    server.connections().close(device, 0);
                } catch (IllegalStateException e) {
                    // It has lost its connection meanwhile, which is as good.
                }
            });
        }
    }

    private List<String> writeAll(Jid group, int from, int until) throws InterruptedException {
        List<String> ids = new ArrayList<>();
        for (int number = from; number < until; number++) {
            for (ChaosDevice device : devices) {
                String id = device.name().messageTo('G', number);
                device.send(group, id);
                ids.add(id);
            }
        }
        return ids;
    }

    private static List<String> expected(ChaosDevice device, List<String> sent) {
        return sent.stream().filter(id -> !isOf(device, id)).toList();
    }

    /** Whether a device wrote it; otherwise the server tells something of the group. */
    private static boolean isWritten(String id) {
        return id.matches("3EB0[A-C][1-9]G[0-9A-F]+");
    }

    private static boolean isOf(ChaosDevice device, String id) {
        return id.startsWith(device.name().messageTo('G', 0).substring(0, 6));
    }

    private void awaitAcks() throws InterruptedException {
        for (ChaosDevice device : devices) {
            assertThat(device.awaitAcks(deadline()))
                    .as("%s has all acks %s", device.name(), seed())
                    .isTrue();
            assertThat(device.notSent())
                    .as("%s sent all %s", device.name(), seed())
                    .isEmpty();
        }
    }

    private void awaitHeard(List<String> sent) throws InterruptedException {
        long deadline = deadline();
        for (ChaosDevice device : devices) {
            long told = device.heard().stream()
                    .filter(message -> !isWritten(message.id()))
                    .count();
            device.awaitHeard(expected(device, sent).size() + told, deadline);
        }
    }

    private static long deadline() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    }

    private String seed() {
        return "with seed " + seed;
    }
}
