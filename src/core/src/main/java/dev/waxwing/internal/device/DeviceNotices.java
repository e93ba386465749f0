package dev.waxwing.internal.device;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.account.KeyIndexList;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.threads.KeyedLanes;
import dev.waxwing.model.Jid;
import dev.waxwing.store.StoreTable;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * The server's notices of devices that were linked or removed. They keep the known lists fresh; sessions with devices
 * that are gone are deleted. A notice that does not fit what is known costs a query at the next look-up and nothing
 * else.
 */
public final class DeviceNotices implements Area {

    /** Notices are rare, and two about one person must not overtake each other: all share one lane. */
    private static final String LANE = "devices";

    private final DeviceDirectory directory;
    private final AccountRegistrations registrations;
    private final LidMappings lids;
    private final KeyedLanes work;

    /**
     * Creates one for an account.
     *
     * @param directory whose lists to keep fresh
     * @param registrations looks at the signed lists that notices bring
     * @param lids learns the pairs that notices name, and holds the sessions
     * @param work the account's lanes; what runs there may block on the store
     */
    public DeviceNotices(
            DeviceDirectory directory, AccountRegistrations registrations, LidMappings lids, KeyedLanes work) {
        this.directory = requireNonNull(directory, "directory");
        this.registrations = requireNonNull(registrations, "registrations");
        this.lids = requireNonNull(lids, "lids");
        this.work = requireNonNull(work, "work");
    }

    @Override
    public void register(Registrations on) {
        on.stanza("notification", "devices", null, this::contactChanged);
        on.stanza("notification", "account_sync", "devices", this::ownAccountChanged);
        on.table(StoreTable.DEVICE_LISTS);
    }

    private CompletionStage<Acknowledgement> contactChanged(Node notification) {
        return inLane(
                () -> {
                    Jid user = notification.requireJid("from").person();
                    DeviceChange change = DeviceChange.ofContact(notification);
                    learnPairs(notification, user);
                    apply(user, change);
                },
                notification);
    }

    private CompletionStage<Acknowledgement> ownAccountChanged(Node notification) {
        return inLane(
                () -> apply(notification.requireJid("from").person(), DeviceChange.ofOwnAccount(notification)),
                notification);
    }

    private CompletionStage<Acknowledgement> inLane(Runnable task, Node notification) {
        return work.submit(LANE, () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                // Whatever it said, the list is not what it was.
                directory.forget(notification.requireJid("from"));
                throw e;
            }
            return Acknowledgement.ACK;
        });
    }

    private void learnPairs(Node notification, Jid user) {
        Optional.ofNullable(notification.jid("lid")).ifPresent(lid -> lids.learn(user, lid));
        Stream.of("add", "remove")
                .map(notification::child)
                .filter(change -> change != null)
                .flatMap(change -> change.children("device").stream())
                .forEach(device -> {
                    Jid phone = device.jid("jid");
                    Jid lid = device.jid("lid");
                    if (phone != null && lid != null) {
                        lids.learn(phone, lid);
                    }
                });
    }

    private void apply(Jid user, DeviceChange change) {
        Optional<KeyIndexList> newest = registrations.seen(user, change.keyIndexes());
        Set<Integer> removed = new LinkedHashSet<>(change.removed());
        removed.addAll(directory.apply(user, change, newest));
        deleteSessions(user, removed);
    }

    private void deleteSessions(Jid user, Collection<Integer> deviceIds) {
        List<Jid> devices = deviceIds.stream().map(user::withDevice).toList();
        if (devices.isEmpty()) {
            return;
        }
        lids.inTransaction(devices, peers -> {
            devices.forEach(peers::deleteSession);
            return true;
        });
    }
}
