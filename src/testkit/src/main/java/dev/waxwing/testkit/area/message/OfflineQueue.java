package dev.waxwing.testkit.area.message;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.phone.Phones;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.ClientLink;
import dev.waxwing.testkit.state.Device;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivery that survives absence: a stanza stays with its device until the device confirms it by an ack or a receipt, and
 * what is unconfirmed goes out again after the next login, between a preview and an end marker.
 *
 * <p>In lenient mode a replay goes out as fast as the network takes it, and others get their turn in between. In strict mode it
 * comes in batches as the client asks for them; one that has not asked within a second gets the rest unasked, as peers whatsmeow
 * and whatsapp-rust need it.
 */
public final class OfflineQueue implements ServerArea {

    private static final Logger LOG = LoggerFactory.getLogger(OfflineQueue.class);

    private static final int MAX_ENTRIES = 20_000;

    /** What is written before the network is waited for. */
    private static final int PORTION = 200;

    private static final Duration UNASKED_AFTER = Duration.ofSeconds(1);
    private static final Set<String> CONFIRMED = Set.of("message", "receipt", "notification", "call");

    private final Phones phones;
    private final Map<Device, DeviceQueue> queues = new HashMap<>();
    /** Only devices that are being given their backlog: live stanzas wait behind it. */
    private final Map<Device, Replay> replays = new HashMap<>();

    /** A backlog on its way out. */
    private static final class Replay {
        private final ClientLink connection;
        private final int total;
        private final Queue<DeviceQueue.Entry> rest;
        private boolean asked;

        private Replay(ClientLink connection, List<DeviceQueue.Entry> entries) {
            this.connection = connection;
            this.total = entries.size();
            this.rest = new ArrayDeque<>(entries);
        }
    }

    /**
     * Creates an empty queue.
     *
     * @param phones get their stanzas at once: a phone is never offline
     */
    public OfflineQueue(Phones phones) {
        this.phones = phones;
    }

    @Override
    public void register(Registrations on, World world) {
        Duration latency = world.settings().latency();
        on.delivery((device, stanza) -> deliver(world, device, stanza, latency));
        on.onActive(device -> replay(world, device));
        on.onOffline(replays::remove);
        on.onRemoved(device -> {
            replays.remove(device);
            queues.remove(device);
        });
        on.stanza("ib", "offline_batch", (device, ib) -> batch(world, device, ib));
        on.stanza("ack", this::acknowledged);
    }

    /** Delivers what the account's own phone answers, which is nearer than other devices are. */
    void deliverFromPhone(World world, Device device, Node stanza) {
        deliver(world, device, stanza, world.settings().latency().dividedBy(2));
    }

    private void deliver(World world, Device device, Node stanza, Duration latency) {
        if (device.isPhone()) {
            // The simulated phone has no connection.
            phones.deliver(device, stanza);
            return;
        }
        if (latency.isZero()) {
            pass(device, stanza);
        } else {
            world.later(latency, () -> pass(device, stanza));
        }
    }

    private void pass(Device device, Node stanza) {
        boolean now = device.isActive() && !replays.containsKey(device);
        if (CONFIRMED.contains(stanza.tag())
                && !queues.computeIfAbsent(device, unused -> new DeviceQueue(MAX_ENTRIES))
                        .add(stanza, now)) {
            LOG.warn("{} has {} unconfirmed stanzas; the oldest is dropped", device, MAX_ENTRIES);
        }
        if (now) {
            device.connection().ifPresent(connection -> connection.send(stanza));
        }
    }

    /** Notes that a device sent a receipt for messages, which confirms them as an ack would. */
    void receipted(Device device, List<String> messageIds, Optional<Jid> from) {
        DeviceQueue queue = queues.get(device);
        if (queue != null) {
            messageIds.forEach(id -> queue.confirm("message", id, from, ServerAcks.isStrict(device)));
        }
    }

    private void acknowledged(Device device, Node ack) {
        DeviceQueue queue = queues.get(device);
        if (queue != null) {
            queue.confirm(
                    ack.requireAttr("class"),
                    ack.requireAttr("id"),
                    Optional.ofNullable(ack.jid("to")),
                    ServerAcks.isStrict(device));
        }
    }

    private void replay(World world, Device device) {
        ClientLink connection = device.connection().orElseThrow();
        DeviceQueue queue = queues.computeIfAbsent(device, unused -> new DeviceQueue(MAX_ENTRIES));
        queue.rewind();
        Replay replay = new Replay(connection, queue.entries());
        replays.put(device, replay);
        if (replay.total > 0) {
            connection.send(preview(replay));
        }
        if (replay.total == 0 || !connection.isStrict()) {
            send(world, device, replay, Integer.MAX_VALUE);
            return;
        }
        world.later(UNASKED_AFTER, () -> {
            if (!replay.asked && replays.get(device) == replay) {
                send(world, device, replay, Integer.MAX_VALUE);
            }
        });
    }

    private void batch(World world, Device device, Node ib) {
        Replay replay = replays.get(device);
        if (replay != null) {
            replay.asked = true;
            send(world, device, replay, ib.requireChild("offline_batch").intAttr("count", Integer.MAX_VALUE));
        }
    }

    /** Sends the next entries, and the end marker behind the last one. */
    private void send(World world, Device device, Replay replay, int count) {
        DeviceQueue queue = queues.get(device);
        int portion = Math.min(count, PORTION);
        for (int i = 0; i < portion && !replay.rest.isEmpty(); i++) {
            DeviceQueue.Entry entry = replay.rest.remove();
            if (queue != null && queue.contains(entry) && entry.claim()) {
                replay.connection.send(
                        entry.stanza().toBuilder().attr("offline", "1").build());
            }
        }
        if (!replay.rest.isEmpty()) {
            if (count > portion) {
                replay.connection.whenWritten(() -> {
                    if (replays.get(device) == replay) {
                        send(world, device, replay, count - portion);
                    }
                });
            }
            return;
        }
        replay.connection.send(
                ib(Node.builder("offline").attr("count", replay.total).build()));
        replays.remove(device);
        if (queue != null) {
            queue.entries().stream()
                    .filter(DeviceQueue.Entry::claim)
                    .forEach(entry -> replay.connection.send(entry.stanza()));
        }
    }

    private static Node preview(Replay replay) {
        return ib(Node.builder("offline_preview")
                .attr("count", replay.total)
                .attr("message", countOf("message", replay))
                .attr("notification", countOf("notification", replay))
                .attr("receipt", countOf("receipt", replay))
                .attr("appdata", 0)
                .attr("call", countOf("call", replay))
                .build());
    }

    private static long countOf(String tag, Replay replay) {
        return replay.rest.stream()
                .filter(entry -> entry.stanza().tag().equals(tag))
                .count();
    }

    private static Node ib(Node child) {
        return Node.builder("ib").attr("from", Jid.SERVER).child(child).build();
    }
}
