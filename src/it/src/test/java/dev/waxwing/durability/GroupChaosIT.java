package dev.waxwing.durability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.model.Jid;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.PhoneGroup;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Six devices of three accounts write to one group on a strict server that drops, delays, repeats and reorders stanzas
 * and cuts connections: every message arrives once at every other device, and no iteration of a sender key is used for
 * two messages.
 */
final class GroupChaosIT {

    private static final int ROUNDS = 100;

    private final long seed = ChaosDevices.seed();
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
            try (ChaosDevices devices = ChaosDevices.link(server, seed)) {
                PhoneGroup group = group(server, devices.all());
                addFaults(devices);
                List<String> sent = writeAll(devices.all(), group.jid(), 0, ROUNDS);
                devices.awaitAcks();
                server.faults().clear();
                // What was dropped on the way to a device comes when it logs in again.
                devices.cutAll();
                awaitHeard(devices.all(), sent);
                List<String> all = new ArrayList<>(sent);
                all.addAll(writeAll(devices.all(), group.jid(), ROUNDS, ROUNDS + 1));
                devices.awaitAcks();
                awaitHeard(devices.all(), all);

                assertThat(tap.failure()).as(seed()).isEmpty();
                for (ChaosDevice device : devices.all()) {
                    assertThat(device.heard().stream()
                                    .map(WebMessage::id)
                                    .filter(GroupChaosIT::isWritten)
                                    .toList())
                            .as("heard by %s %s", device.name(), seed())
                            .containsExactlyInAnyOrderElementsOf(expected(device, all));
                }
                assertThat(keys.count()).isGreaterThanOrEqualTo(all.size());
                assertThat(keys.reused()).as(seed()).isEmpty();
            }
        }
    }

    private static PhoneGroup group(LoopbackServer server, List<ChaosDevice> devices) {
        Jid[] others = devices.stream()
                .map(device -> device.jid().withoutDevice())
                .distinct()
                .skip(1)
                .toArray(Jid[]::new);
        return server.phone(devices.get(0).name().accountName()).createGroup("Chaos", others);
    }

    private static void addFaults(ChaosDevices devices) {
        devices.strike(0.002, new FaultAction.Drop());
        devices.strike(0.01, new FaultAction.Delay(Duration.ofMillis(15)));
        devices.strike(0.01, new FaultAction.Duplicate());
        devices.strike(0.005, new FaultAction.Reorder(1));
        devices.strike(0.0005, new FaultAction.Close(0));
        devices.strike(0.0002, new FaultAction.StreamError(503));
    }

    private static List<String> writeAll(List<ChaosDevice> devices, Jid group, int from, int until)
            throws InterruptedException {
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

    private static void awaitHeard(List<ChaosDevice> devices, List<String> sent) throws InterruptedException {
        long deadline = ChaosDevices.deadline();
        for (ChaosDevice device : devices) {
            long told = device.heard().stream()
                    .filter(message -> !isWritten(message.id()))
                    .count();
            device.awaitHeard(expected(device, sent).size() + told, deadline);
        }
    }

    private String seed() {
        return "with seed " + seed;
    }
}
