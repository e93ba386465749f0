package dev.waxwing.testkit.area.person;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Who is online. An account is while any of its devices says so; those who subscribed are told of every change. */
public final class PresenceArea implements ServerArea {

    private static final int MAX_SUBSCRIPTIONS = 10_000;

    private final PrivacySettings privacy;
    private final Set<Device> available = Collections.newSetFromMap(new HashMap<>());
    private final Map<Account, Long> lastSeen = new HashMap<>();
    /** By subscriber: whom it watches, and by what address. */
    private final Map<Device, Map<Account, Jid>> subscriptions = new LinkedHashMap<>();

    /**
     * Creates the area.
     *
     * @param privacy who hides when it was last seen
     */
    public PresenceArea(PrivacySettings privacy) {
        this.privacy = privacy;
    }

    @Override
    public void register(Registrations on, World world) {
        on.onLogin(device -> leave(world, device));
        on.onOffline(device -> leave(world, device));
        on.stanza("presence", (from, presence) -> take(world, from, presence));
    }

    private void take(World world, Device from, Node presence) {
        String name = presence.attr("name");
        if (name != null) {
            from.account().pushName(name);
        }
        switch (Objects.requireNonNullElse(presence.attr("type"), "")) {
            case "available" -> enter(from);
            case "unavailable" -> change(world, from, false);
            case "subscribe" -> subscribe(world, from, presence.requireJid("to"));
            case "unsubscribe" -> unsubscribe(world, from, presence.requireJid("to"));
            default -> {
                // A name alone, which has been taken.
            }
        }
    }

    private void enter(Device device) {
        boolean wasOnline = isOnline(device.account());
        available.add(device);
        if (!wasOnline) {
            tellWatchers(device.account());
        }
    }

    private void change(World world, Device device, boolean gone) {
        if (gone) {
            subscriptions.remove(device);
        }
        if (available.remove(device) && !isOnline(device.account())) {
            lastSeen.put(device.account(), world.clock().seconds());
            tellWatchers(device.account());
        }
    }

    /** Subscriptions end with the connection. */
    private void leave(World world, Device device) {
        change(world, device, true);
    }

    private void subscribe(World world, Device watcher, Jid to) {
        Account watched = world.accounts().find(to).orElse(null);
        if (watched == null) {
            return;
        }
        Map<Account, Jid> own = subscriptions.computeIfAbsent(watcher, unused -> new HashMap<>());
        if (own.size() < MAX_SUBSCRIPTIONS) {
            own.put(watched, to.withoutDevice());
        }
        tell(watcher, watched, to.withoutDevice());
    }

    private void unsubscribe(World world, Device watcher, Jid to) {
        world.accounts()
                .find(to)
                .ifPresent(watched ->
                        subscriptions.getOrDefault(watcher, new HashMap<>()).remove(watched));
    }

    private void tellWatchers(Account watched) {
        subscriptions.forEach((watcher, own) -> {
            Jid address = own.get(watched);
            if (address != null) {
                tell(watcher, watched, address);
            }
        });
    }

    private void tell(Device watcher, Account watched, Jid address) {
        Node.Builder presence = Node.builder("presence").attr("from", address);
        boolean hidden = privacy.isNone(watched, "last");
        if (!isOnline(watched)) {
            Long last = lastSeen.get(watched);
            // Absent for one that never was online: clients read a number or "deny".
            presence.attr("type", "unavailable")
                    .attrIfPresent("last", hidden ? "deny" : last == null ? null : Long.toString(last));
        }
        watcher.connection().ifPresent(connection -> connection.send(presence.build()));
    }

    private boolean isOnline(Account account) {
        return account.companions().stream().anyMatch(available::contains);
    }
}
