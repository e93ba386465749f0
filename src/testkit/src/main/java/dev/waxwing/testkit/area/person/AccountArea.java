package dev.waxwing.testkit.area.person;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.IqRefusal;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.util.ArrayList;
import java.util.List;

/** An account's own affairs: properties, block list and privacy. Its other devices are told of changes. */
public final class AccountArea implements ServerArea {

    private static final String PROPS_HASH = "loopback-1";
    private static final int REFRESH_SECONDS = 86_400;

    private final PrivacySettings privacy;
    private final BlockLists blockLists;

    /**
     * Creates the area.
     *
     * @param privacy what accounts hide
     * @param blockLists whom accounts do not hear
     */
    public AccountArea(PrivacySettings privacy, BlockLists blockLists) {
        this.privacy = privacy;
        this.blockLists = blockLists;
    }

    @Override
    public void register(Registrations on, World world) {
        on.iq("abt", "get", "props", AccountArea::props);
        on.iq("blocklist", "get", this::blockList);
        on.iq("blocklist", "set", "item", iq -> block(world, iq));
        on.iq("privacy", "get", "privacy", this::privacy);
        on.iq("privacy", "set", "privacy", iq -> setPrivacy(world, iq));
    }

    private static void props(IqExchange iq) {
        // No property is set: clients fall back to what they ship with.
        iq.reply(Node.builder("props")
                .attr("protocol", "1")
                .attr("ab_key", PROPS_HASH)
                .attr("hash", PROPS_HASH)
                .attr("refresh", REFRESH_SECONDS)
                .attr("refresh_id", "1")
                .build());
    }

    private void blockList(IqExchange iq) {
        List<Node> items = new ArrayList<>();
        Account owner = iq.device().account();
        for (Account blocked : blockLists.of(owner)) {
            items.add(Node.builder("item")
                    .attr("jid", blocked.lid())
                    .attr("pn_jid", blocked.phoneNumber())
                    .build());
        }
        iq.reply(Node.builder("list")
                .attr("dhash", blockLists.hash(owner))
                .attr("addressing_mode", "lid")
                .children(items)
                .build());
    }

    private void block(World world, IqExchange iq) {
        Account owner = iq.device().account();
        List<Node> changes = new ArrayList<>();
        String before = blockLists.hash(owner);
        for (Node item : iq.node().children("item")) {
            Jid jid = item.requireJid("jid");
            Account other = world.accounts().find(jid).orElseThrow(() -> new IqRefusal(404, "item-not-found"));
            String action = item.requireAttr("action");
            switch (action) {
                case "block" -> blockLists.block(owner, other);
                case "unblock" -> blockLists.unblock(owner, other);
                default -> throw new IqRefusal(400, "bad-request");
            }
            changes.add(Node.builder("item")
                    .attr("action", action)
                    .attr("jid", other.lid())
                    .attr("pn_jid", other.phoneNumber())
                    .build());
        }
        blockList(iq);
        tellOthers(
                world,
                iq.device(),
                Node.builder("blocklist")
                        .attr("action", "modify")
                        .attr("prev_dhash", before)
                        .attr("dhash", blockLists.hash(owner))
                        .children(changes)
                        .build());
    }

    /** Every device of the account but the one that made the change. */
    private static void tellOthers(World world, Device author, Node change) {
        Account account = author.account();
        Node notification = Node.builder("notification")
                .attr("from", account.phoneNumber())
                .attr("type", "account_sync")
                .attr("id", world.nextId())
                .attr("t", world.clock().seconds())
                .child(change)
                .build();
        account.devices().stream()
                .filter(device -> device != author)
                .forEach(device -> world.deliver(device, notification));
    }

    private void privacy(IqExchange iq) {
        if (iq.child().children().isEmpty()) {
            reply(iq);
        } else {
            // Asks for the people of one list, of which there are none.
            iq.reply(Node.builder("privacy").build());
        }
    }

    private void setPrivacy(World world, IqExchange iq) {
        List<Node> changes = new ArrayList<>();
        for (Node category : iq.child().children("category")) {
            String name = category.requireAttr("name");
            String value = category.requireAttr("value");
            if (!privacy.set(iq.device().account(), name, value)) {
                throw new IqRefusal(406, "not-acceptable");
            }
            changes.add(Node.builder("category")
                    .attr("name", name)
                    .attr("value", value)
                    .build());
        }
        reply(iq);
        tellOthers(world, iq.device(), Node.builder("privacy").children(changes).build());
    }

    private void reply(IqExchange iq) {
        List<Node> categories = new ArrayList<>();
        privacy.of(iq.device().account())
                .forEach((name, value) -> categories.add(Node.builder("category")
                        .attr("name", name)
                        .attr("value", value)
                        .build()));
        iq.reply(Node.builder("privacy").children(categories).build());
    }
}
