package dev.waxwing.testkit.area.appstate;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.serversync.SyncdPatch;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.IqRefusal;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps collections, takes a patch only if it goes on from the newest version, and tells the account's other devices. A
 * snapshot is never made: who asks for one gets all patches since the beginning, as clients take it too.
 */
public final class AppStateArea implements ServerArea {

    private static final Set<String> COLLECTIONS =
            Set.of("critical_block", "critical_unblock_low", "regular_high", "regular_low", "regular");

    private static final int CONFLICT = 409;
    private static final int BAD_REQUEST = 400;
    private static final int PAGE = 100;

    private final Map<Account, Map<String, StoredCollection>> collections = new HashMap<>();
    private final Set<Device> refusedWhole = new HashSet<>();
    private int page = PAGE;

    /** Creates the area. */
    public AppStateArea() {}

    @Override
    public void register(Registrations on, World world) {
        on.iq("w:sync:app:state", "set", "sync", iq -> sync(iq, world));
        on.onReinstalled(collections::remove);
        on.onRemoved(refusedWhole::remove);
    }

    /**
     * How many patches go into one answer.
     *
     * @param patches 1 or more
     */
    public void page(int patches) {
        page = patches;
    }

    /**
     * Answers a conflict of a device with an error in place of a result that has one. Baileys takes every result for a
     * success.
     *
     * @param device whose conflicts
     */
    public void refuseWhole(Device device) {
        refusedWhole.add(device);
    }

    /**
     * Has the next answers to companions carry patches that were changed on the way.
     *
     * @param account whose
     * @param collection the name of the collection
     * @param answers how many of those that have patches
     * @param change what becomes of each patch
     */
    public void spoil(Account account, String collection, int answers, UnaryOperator<SyncdPatch> change) {
        of(account, collection).spoil(answers, change);
    }

    /**
     * How often a collection was changed.
     *
     * @param account whose
     * @param collection the name of the collection
     * @return 0 or more
     */
    public long version(Account account, String collection) {
        return of(account, collection).version();
    }

    /**
     * Tells a device of something that changed while it was away.
     *
     * @param device to whom, while it is connected
     * @param type for example {@code syncd_app_state}
     * @param seconds the time
     */
    public void tellDirty(Device device, String type, long seconds) {
        device.connection()
                .ifPresent(connection -> connection.send(Node.builder("ib")
                        .attr("from", Jid.SERVER)
                        .child(Node.builder("dirty")
                                .attr("type", type)
                                .attr("timestamp", seconds)
                                .build())
                        .build()));
    }

    private StoredCollection of(Account account, String name) {
        if (!COLLECTIONS.contains(name)) {
            throw new IllegalArgumentException("no collection " + name);
        }
        return collections
                .computeIfAbsent(account, unused -> new HashMap<>())
                .computeIfAbsent(name, unused -> new StoredCollection());
    }

    private void sync(IqExchange iq, World world) {
        Device device = iq.device();
        List<Node> answers = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        for (Node asked : iq.child().children("collection")) {
            String name = asked.requireAttr("name");
            if (!COLLECTIONS.contains(name)) {
                answers.add(refusal(name, 0, BAD_REQUEST, "bad-request").build());
                continue;
            }
            StoredCollection stored = of(device.account(), name);
            SyncdPatch patch = patch(asked);
            long version = asked.longAttr("version", 0);
            if (patch == null) {
                answers.add(answer(name, stored, version, "result", device).build());
            } else if (version == stored.version()) {
                stored.add(patch, device.number());
                changed.add(name);
                answers.add(result(name, stored).build());
            } else if (refusedWhole.contains(device)) {
                throw new IqRefusal(CONFLICT, "conflict");
            } else {
                answers.add(answer(name, stored, version, "error", device)
                        .child(error(CONFLICT, "conflict"))
                        .build());
            }
        }
        iq.reply(Node.builder("sync").children(answers).build());
        if (!changed.isEmpty()) {
            tellOthers(world, device, changed);
        }
    }

    private static @Nullable SyncdPatch patch(Node asked) {
        Node patch = asked.child("patch");
        if (patch == null) {
            return null;
        }
        try {
            return SyncdPatch.parseFrom(patch.requireBytes());
        } catch (InvalidProtocolBufferException e) {
            throw new IqRefusal(BAD_REQUEST, "bad-request");
        }
    }

    private Node.Builder answer(String name, StoredCollection stored, long version, String type, Device device) {
        List<SyncdPatch> patches = stored.behind(version, page, device.isPhone());
        long reached = version + patches.size();
        Node.Builder answer = Node.builder("collection")
                .attr("name", name)
                .attr("version", Math.max(reached, 0))
                .attr("type", type);
        if (reached < stored.version()) {
            answer.attr("has_more_patches", "true");
        }
        if (!patches.isEmpty()) {
            answer.child(Node.builder("patches")
                    .children(patches.stream()
                            .map(patch -> Node.builder("patch")
                                    .bytes(patch.toByteArray())
                                    .build())
                            .toList())
                    .build());
        }
        return answer;
    }

    private static Node.Builder result(String name, StoredCollection stored) {
        return Node.builder("collection")
                .attr("name", name)
                .attr("version", stored.version())
                .attr("type", "result");
    }

    private static Node.Builder refusal(String name, long version, int code, String text) {
        return Node.builder("collection")
                .attr("name", name)
                .attr("version", version)
                .attr("type", "error")
                .child(error(code, text));
    }

    private static Node error(int code, String text) {
        return Node.builder("error").attr("code", code).attr("text", text).build();
    }

    private void tellOthers(World world, Device by, List<String> changed) {
        Account account = by.account();
        Node.Builder notice = Node.builder("notification")
                .attr("from", account.phoneNumber())
                .attr("type", "server_sync")
                .attr("id", world.nextId())
                .attr("t", world.clock().seconds());
        changed.forEach(name -> notice.child(Node.builder("collection")
                .attr("name", name)
                .attr("version", of(account, name).version())
                .build()));
        Node complete = notice.build();
        account.companions().stream().filter(device -> device != by).forEach(device -> world.deliver(device, complete));
    }
}
