package dev.waxwing.testkit.area.message;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.ParticipantHash;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.area.group.Groups;
import dev.waxwing.testkit.area.person.BlockLists;
import dev.waxwing.testkit.area.person.Contacts;
import dev.waxwing.testkit.phone.Phones;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Device;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages: acks each at once, then sends it on its way. In strict mode some get a nack instead and go nowhere.
 */
public final class MessageArea implements ServerArea {

    private static final int MALFORMED = 479;
    private static final int MAX_REMEMBERED = 10_000;

    private record Taken(String id, Jid to) {}

    private final OfflineQueue queue;
    private final Groups groups;
    private final Phones phones;
    private final Contacts contacts;
    private final BlockLists blockLists;
    private final Map<Device, Set<Taken>> taken = new HashMap<>();
    private @Nullable Routes routes;

    /** The ways of messages, by what they are addressed to. */
    private record Routes(MessageRoute direct, MessageRoute group, MessageRoute status) {

        MessageRoute of(Jid to) {
            return to.isGroup() ? group : to.isBroadcast() ? status : direct;
        }
    }

    /**
     * Creates the area.
     *
     * @param queue holds messages for devices that are offline
     * @param groups all groups
     * @param phones the simulated phones
     * @param contacts learns who writes to whom
     * @param blockLists who is not to be heard
     */
    public MessageArea(OfflineQueue queue, Groups groups, Phones phones, Contacts contacts, BlockLists blockLists) {
        this.phones = phones;
        this.queue = queue;
        this.groups = groups;
        this.contacts = contacts;
        this.blockLists = blockLists;
    }

    @Override
    public void register(Registrations on, World world) {
        Routes all = new Routes(
                new DirectMessages(world, queue, phones, contacts, blockLists),
                new GroupMessages(world, groups),
                new StatusMessages(world));
        routes = all;
        on.onRemoved(taken::remove);
        on.stanza("message", (from, message) -> take(world, all.of(message.requireJid("to")), from, message));
    }

    /**
     * Every device that a message to a chat should reach, the sender's own included.
     *
     * @param from who sends
     * @param chat a person, a group or the status chat
     * @return in the order of their accounts
     */
    public List<Device> audience(Device from, Jid chat) {
        Node message = Node.builder("message").attr("to", chat).build();
        return requireNonNull(routes, "routes").of(chat).audience(from, message);
    }

    /**
     * Tells whether the service takes messages of a device to a chat.
     *
     * @param from who would send
     * @param chat a person, a group or the status chat
     * @return false if there is no such chat, or the sender may not write to it
     */
    public boolean takes(Device from, Jid chat) {
        Node message = Node.builder("message").attr("to", chat).build();
        return requireNonNull(routes, "routes").of(chat).barred(from, message).isEmpty();
    }

    /**
     * Tells by what address a chat's devices are named.
     *
     * @param chat a person, a group, the status or a broadcast list
     * @return true for LIDs, false for phone numbers
     */
    public boolean isByLid(Jid chat) {
        return chat.isGroup()
                ? groups.find(chat)
                        .filter(group -> group.addressingMode().equals("pn"))
                        .isEmpty()
                : chat.isLid() || chat.isBroadcast();
    }

    /**
     * Sends on its way what comes from no connection, so that there is nothing to ack.
     *
     * @param from on whose behalf
     * @param message complete, with its id
     */
    public void send(Device from, Node message) {
        requireNonNull(routes, "routes").of(message.requireJid("to")).deliver(from, message, MessageParts.of(message));
    }

    private void take(World world, MessageRoute route, Device from, Node message) {
        MessageParts parts = MessageParts.of(message);
        Node.Builder ack = ServerAcks.of(message, world.clock().seconds());
        OptionalInt refusal = refusal(route, from, message, parts);
        if (refusal.isPresent()) {
            ServerAcks.send(from, ack.attr("error", refusal.getAsInt()).build());
            return;
        }
        staleView(route, from, message).ifPresent(hash -> ack.attr("phash", hash));
        ServerAcks.send(from, ack.build());
        // The same id again is the same message, unless it was encrypted anew for somebody.
        if (parts.isResent() || remember(from, message)) {
            route.deliver(from, message, parts);
        }
    }

    private static OptionalInt refusal(MessageRoute route, Device from, Node message, MessageParts parts) {
        boolean strict = ServerAcks.isStrict(from);
        if (strict && parts.isEmpty()) {
            return OptionalInt.of(MALFORMED);
        }
        OptionalInt barred = route.barred(from, message);
        return barred.isPresent() || !strict ? barred : route.refusal(from, message, parts);
    }

    /**
     * The hash of the devices as the server sees them, if the sender sees others. The sender itself may be in its list
     * (whatsmeow) or not (whatsapp-rust, which also writes another alphabet).
     */
    private static Optional<String> staleView(MessageRoute route, Device from, Node message) {
        String claimed = message.attr("phash");
        List<Device> audience = route.audience(from, message);
        if (claimed == null || audience.isEmpty()) {
            return Optional.empty();
        }
        Jid to = message.requireJid("to");
        String actual = hash(audience.stream(), to, message);
        String others = hash(audience.stream().filter(device -> device != from), to, message);
        String written = claimed.replace('-', '+').replace('_', '/');
        return written.equals(actual) || written.equals(others) ? Optional.empty() : Optional.of(actual);
    }

    private static String hash(Stream<Device> devices, Jid to, Node message) {
        return ParticipantHash.of(
                devices.map(device -> addressFor(device, to, message)).toList());
    }

    private static Jid addressFor(Device device, Jid to, Node message) {
        boolean byLid = to.isLid() || (to.isGroup() && !"pn".equals(message.attr("addressing_mode")));
        return byLid ? device.lidJid() : device.phoneNumberJid();
    }

    private boolean remember(Device from, Node message) {
        Set<Taken> seen = taken.computeIfAbsent(from, unused -> new LinkedHashSet<>());
        boolean isNew = seen.add(new Taken(message.requireAttr("id"), message.requireJid("to")));
        if (seen.size() > MAX_REMEMBERED) {
            seen.remove(seen.iterator().next());
        }
        return isNew;
    }
}
