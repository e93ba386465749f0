package dev.waxwing.durability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.server.Connections;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Three accounts with two devices each on one server, and what a test under faults does to all of them. */
final class ChaosDevices implements AutoCloseable {

    static final List<Character> ACCOUNTS = List.of('A', 'B', 'C');

    private static final int DEVICES_EACH = 2;
    private static final long PATIENCE_SECONDS = 120;

    private final LoopbackServer server;
    private final long seed;
    private final List<ChaosDevice> all = new ArrayList<>();

    private ChaosDevices(LoopbackServer server, long seed) {
        this.server = server;
        this.seed = seed;
    }

    /** That of the command line, or one by chance. */
    static long seed() {
        return Long.getLong("waxwing.chaos.seed", ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE));
    }

    static ChaosDevices link(LoopbackServer server, long seed) throws Exception {
        ChaosDevices devices = new ChaosDevices(server, seed);
        for (char account : ACCOUNTS) {
            for (int device = 1; device <= DEVICES_EACH; device++) {
                devices.all.add(ChaosDevice.link(server, new ChaosName(account, device)));
            }
        }
        return devices;
    }

    List<ChaosDevice> all() {
        return all;
    }

    /** Strikes stanzas of every kind both ways; the first fault added that matches a stanza decides. */
    void strike(double chance, FaultAction action) {
        server.faults().add(StanzaMatch.in("").withProbability(chance), action);
        server.faults().add(StanzaMatch.out("").withProbability(chance), action);
    }

    void cutAll() {
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

    void awaitAcks() throws InterruptedException {
        long deadline = deadline();
        for (ChaosDevice device : all) {
            assertThat(device.awaitAcks(deadline))
                    .as("%s has all acks with seed %s", device.name(), seed)
                    .isTrue();
            assertThat(device.notSent())
                    .as("%s sent all with seed %s", device.name(), seed)
                    .isEmpty();
        }
    }

    /** Until when a device may take to hear what is on its way. */
    static long deadline() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    }

    @Override
    public void close() {
        all.forEach(ChaosDevice::close);
    }
}
