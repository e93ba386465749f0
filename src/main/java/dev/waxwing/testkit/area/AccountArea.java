package dev.waxwing.testkit.area;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.server.Device;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What clients ask about their account right after a login: properties, block list, privacy. */
final class AccountArea implements ServerArea {

    private static final String PROPS_HASH = "loopback-1";
    private static final int REFRESH_SECONDS = 86_400;

    private static final Map<String, String> PRIVACY = new LinkedHashMap<>();

    static {
        PRIVACY.put("last", "all");
        PRIVACY.put("online", "all");
        PRIVACY.put("profile", "all");
        PRIVACY.put("status", "all");
        PRIVACY.put("groupadd", "all");
        PRIVACY.put("readreceipts", "all");
        PRIVACY.put("calladd", "all");
        PRIVACY.put("messages", "all");
        PRIVACY.put("defense", "off");
    }

    @Override
    public void register(Registrations on) {
        on.iq("abt", "get", "props", AccountArea::props);
        on.iq("blocklist", "get", AccountArea::blockList);
        on.iq("privacy", "get", "privacy", AccountArea::privacy);
        on.iq("urn:xmpp:whatsapp:dirty", "set", "clean", IqExchange::reply);
        on.stanza("presence", AccountArea::presence);
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

    private static void blockList(IqExchange iq) {
        iq.reply(Node.builder("list")
                .attr("dhash", "loopback-0")
                .attr("addressing_mode", "lid")
                .build());
    }

    private static void privacy(IqExchange iq) {
        List<Node> categories = new ArrayList<>();
        PRIVACY.forEach((name, value) -> categories.add(
                Node.builder("category").attr("name", name).attr("value", value).build()));
        iq.reply(Node.builder("privacy").children(categories).build());
    }

    /** Only the name counts for now: it is what others see. */
    private static void presence(Device from, Node stanza) {
        String name = stanza.attr("name");
        if (name != null) {
            from.account().pushName(name);
        }
    }
}
