package dev.waxwing.testkit.area.person;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The list of bots: always the same two, in a section of all and one of those that are shown first. */
public final class BotsArea implements ServerArea {

    private static final Map<String, List<String>> BOTS = new TreeMap<>(
            Map.of("all", List.of("867051314767696", "1313555000002"), "featured", List.of("867051314767696")));

    /** Creates the area. */
    public BotsArea() {}

    @Override
    public void register(Registrations on, World world) {
        on.iq("bot", "get", "bot", BotsArea::list);
    }

    private static void list(IqExchange iq) {
        Node.Builder list = Node.builder("bot").attr("v", "2");
        BOTS.forEach((section, numbers) -> list.child(Node.builder("section")
                .attr("type", section)
                .children(numbers.stream().map(BotsArea::bot).toList())
                .build()));
        iq.reply(list.build());
    }

    private static Node bot(String number) {
        return Node.builder("bot")
                .attr("jid", Jid.parse(number + "@bot"))
                .attr("persona_id", number + "$0")
                .build();
    }
}
