package dev.waxwing.testkit.area;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** App state that nobody ever changed: every collection is at the version the client has, and a patch is refused. */
final class AppStateArea implements ServerArea {

    private static final Set<String> COLLECTIONS =
            Set.of("critical_block", "critical_unblock_low", "regular_high", "regular_low", "regular");

    @Override
    public void register(Registrations on, World world) {
        on.iq("w:sync:app:state", "set", "sync", AppStateArea::sync);
    }

    private static void sync(IqExchange iq) {
        List<Node> answered = new ArrayList<>();
        for (Node collection : iq.child().children("collection")) {
            String name = collection.requireAttr("name");
            Node.Builder answer = Node.builder("collection")
                    .attr("name", name)
                    .attr("version", Objects.requireNonNullElse(collection.attr("version"), "0"));
            boolean refused = !COLLECTIONS.contains(name) || collection.child("patch") != null;
            answer.attr("type", refused ? "error" : "result");
            if (refused) {
                answer.child(Node.builder("error")
                        .attr("code", 400)
                        .attr("text", "bad-request")
                        .build());
            }
            answered.add(answer.build());
        }
        iq.reply(Node.builder("sync").children(answered).build());
    }
}
