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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivery that survives absence: a stanza stays with its device until the device confirms it by an ack or a receipt,
 * and what is unconfirmed goes out again after the next login, between a preview and an end marker.
 *
 * <p>The order is strict: what comes for a device while it is given its backlog waits until it has confirmed that.
 * Some clients (Baileys) put the stanzas of a backlog into a queue of their own, and what follows live would overtake
 * them there. One that confirms nothing more for two seconds waits no longer.
 *
 * <p>In lenient mode a replay goes out as fast as the network takes it, and others get their turn in between. In strict
 * mode it comes in batches as the client asks for them; one that has not asked within a second of confirming all it was
 * given gets the rest unasked, as peers whatsmeow and whatsapp-rust, which never ask, and Baileys, which asks once,
 * need it.
 */
public final class OfflineQueue implements ServerArea {

    private static final Logger LOG = LoggerFactory.getLogger(OfflineQueue.class);

    private static final int MAX_ENTRIES = 20_000;

    /** What is written before the network is waited for. */
    private static final int PORTION = 200;

    private static final Duration UNASKED_AFTER = Duration.ofSeconds(1);
    private static final Duration CONFIRMS_WITHIN = Duration.ofSeconds(2);
    private static final Set<String> CONFIRMED = Set.of("message", "status", "receipt", "notification", "call");

    private final Phones phones;
    private boolean gatherReceipts;
    private final Map<Device, DeviceQueue> queues = new HashMap<>();
    /** Only devices that are being given their backlog: live stanzas wait behind it. */
    private final Map<Device, Replay> replays = new HashMap<>();

    /** A backlog on its way out. */
    private static final class Replay {
        private final ClientLink connection;
        private final int total;
        private final Queue<DeviceQueue.Entry> rest;
        /** Sent and not confirmed yet. */
        private final Set<DeviceQueue.Entry> open = new HashSet<>();

        /** How often the client has asked for more. */
        private int asked;
        /** How many it has confirmed. */
        private int confirmed;
        /** The end marker is out: only confirmations are waited for. */
        private boolean ended;

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
        gatherReceipts = world.settings().gatherReceipts();
        on.delivery((device, stanza) -> deliver(world, device, stanza, latency));
        on.onActive(device -> replay(world, device));
        on.onOffline(replays::remove);
        on.onRemoved(device -> {
            replays.remove(device);
            queues.remove(device);
        });
        on.stanza("ib", "offline_batch", (device, ib) -> batch(world, device, ib));
        on.stanza("ack", (device, ack) -> acknowledged(world, device, ack));
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
                && !queues.computeIfAbsent(device, unused -> new DeviceQueue(MAX_ENTRIES, gatherReceipts))
                        .add(stanza, now)) {
            LOG.warn("{} has {} unconfirmed stanzas; the oldest is dropped", device, MAX_ENTRIES);
        }
        if (now || isPassedBy(device, stanza)) {
            device.connection().ifPresent(connection -> connection.send(stanza));
        }
    }

    /** What no device keeps, as who is typing, waits for no confirmations. */
    private boolean isPassedBy(Device device, Node stanza) {
        Replay replay = replays.get(device);
        return replay != null && replay.ended && device.isActive() && !CONFIRMED.contains(stanza.tag());
    }

    /** Notes that a device sent a receipt for messages, which confirms them as an ack would. */
    void receipted(World world, Device device, List<String> messageIds, Optional<Jid> from) {
        messageIds.forEach(id -> confirm(world, device, "message", id, from));
    }

    private void acknowledged(World world, Device device, Node ack) {
        confirm(world, device, ack.requireAttr("class"), ack.requireAttr("id"), Optional.ofNullable(ack.jid("to")));
    }

    private void confirm(World world, Device device, String tag, String id, Optional<Jid> from) {
        DeviceQueue queue = queues.get(device);
        Replay replay = replays.get(device);
        Optional<DeviceQueue.Entry> confirmed =
                queue == null ? Optional.empty() : queue.confirm(tag, id, from, ServerAcks.isStrict(device));
        if (replay != null && confirmed.filter(replay.open::remove).isPresent()) {
            replay.confirmed++;
            if (replay.open.isEmpty()) {
                allConfirmed(world, device, replay);
            }
        }
    }

    private void allConfirmed(World world, Device device, Replay replay) {
        if (replay.ended) {
            finish(device, replay);
        } else if (replay.connection.isStrict()) {
            sendUnasked(world, device, replay);
        }
    }

    /** Sends the rest if the client does not ask for it within a while. */
    private void sendUnasked(World world, Device device, Replay replay) {
        int before = replay.asked;
        world.later(UNASKED_AFTER, () -> {
            if (replay.asked == before && replay.open.isEmpty() && !replay.ended && replays.get(device) == replay) {
                send(world, device, replay, Integer.MAX_VALUE);
            }
        });
    }

    private void replay(World world, Device device) {
        ClientLink connection = device.connection().orElseThrow();
        DeviceQueue queue = queues.computeIfAbsent(device, unused -> new DeviceQueue(MAX_ENTRIES, gatherReceipts));
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
        sendUnasked(world, device, replay);
    }

    private void batch(World world, Device device, Node ib) {
        Replay replay = replays.get(device);
        if (replay != null && !replay.ended) {
            replay.asked++;
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
                replay.open.add(entry);
                replay.connection.send(
                        entry.stanza().toBuilder().attr("offline", "1").build());
            }
        }
        if (!replay.rest.isEmpty()) {
            if (count > portion) {
                replay.connection.whenWritten(() -> {
                    if (replays.get(device) == replay && !replay.ended) {
                        send(world, device, replay, count - portion);
                    }
                });
            }
            return;
        }
        replay.connection.send(
                ib(Node.builder("offline").attr("count", replay.total).build()));
        replay.ended = true;
        if (replay.open.isEmpty()) {
            finish(device, replay);
        } else {
            finishIfNoMoreIsConfirmed(world, device, replay);
        }
    }

    private void finishIfNoMoreIsConfirmed(World world, Device device, Replay replay) {
        int before = replay.confirmed;
        world.later(CONFIRMS_WITHIN, () -> {
            if (replay.confirmed == before) {
                finish(device, replay);
            } else if (replays.get(device) == replay) {
                finishIfNoMoreIsConfirmed(world, device, replay);
            }
        });
    }

    /** What came meanwhile goes out, and from here on all else at once. */
    private void finish(Device device, Replay replay) {
        DeviceQueue queue = queues.get(device);
        if (replays.remove(device, replay) && queue != null) {
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
