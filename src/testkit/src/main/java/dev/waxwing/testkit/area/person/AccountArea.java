package dev.waxwing.testkit.area.person;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.IqRefusal;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import java.util.ArrayList;
import java.util.List;

/** An account's own affairs: properties, block list and privacy. Its other devices are not notified of changes. */
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
        on.iq("privacy", "set", "privacy", this::setPrivacy);
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
        for (Account blocked : blockLists.of(iq.device().account())) {
            items.add(Node.builder("item")
                    .attr("jid", blocked.lid())
                    .attr("pn_jid", blocked.phoneNumber())
                    .build());
        }
        iq.reply(Node.builder("list")
                .attr("dhash", "loopback-" + items.size())
                .attr("addressing_mode", "lid")
                .children(items)
                .build());
    }

    private void block(World world, IqExchange iq) {
        for (Node item : iq.node().children("item")) {
            Jid jid = item.requireJid("jid");
            Account other = world.accounts().find(jid).orElseThrow(() -> new IqRefusal(404, "item-not-found"));
            switch (item.requireAttr("action")) {
                case "block" -> blockLists.block(iq.device().account(), other);
                case "unblock" -> blockLists.unblock(iq.device().account(), other);
                default -> throw new IqRefusal(400, "bad-request");
            }
        }
        blockList(iq);
    }

    private void privacy(IqExchange iq) {
        if (iq.child().children().isEmpty()) {
            reply(iq);
        } else {
            // Asks for the people of one list, of which there are none.
            iq.reply(Node.builder("privacy").build());
        }
    }

    private void setPrivacy(IqExchange iq) {
        for (Node category : iq.child().children("category")) {
            if (!privacy.set(iq.device().account(), category.requireAttr("name"), category.requireAttr("value"))) {
                throw new IqRefusal(406, "not-acceptable");
            }
        }
        reply(iq);
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
