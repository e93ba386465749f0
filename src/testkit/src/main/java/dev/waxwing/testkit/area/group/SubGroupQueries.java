package dev.waxwing.testkit.area.group;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.area.mex.MexArea;
import dev.waxwing.testkit.server.IqExchange;
import java.nio.charset.StandardCharsets;

/** A community's groups, as peer whatsapp-rust asks for them: by documents, not by {@code <sub_groups/>}. */
final class SubGroupQueries {

    private static final String ALL_SUB_GROUPS = "9935467776504344";
    private static final String PARTICIPANT_COUNTS = "24079399904996141";

    private final Groups groups;

    SubGroupQueries(Groups groups) {
        this.groups = groups;
    }

    void register(MexArea mex) {
        mex.add(ALL_SUB_GROUPS, (iq, variables) -> subGroups(iq, variables.path("group_id")));
        mex.add(
                PARTICIPANT_COUNTS,
                (iq, variables) -> subGroups(iq, variables.path("input").path("group_jid")));
    }

    private JsonNode subGroups(IqExchange iq, JsonNode asked) {
        Group community;
        try {
            community = groups.find(Jid.parse(asked.asText()))
                    .filter(Group::isCommunity)
                    .orElseThrow(GroupIq::notFound);
        } catch (IllegalArgumentException e) {
            throw GroupIq.notFound();
        }
        if (!community.hasMember(iq.device().account())) {
            throw GroupIq.forbidden();
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ObjectNode found = data.putObject("xwa2_group_query_by_id");
        found.put("id", community.jid().toString());
        ArrayNode edges = found.putObject("sub_groups").putArray("edges");
        for (Group group : groups.linkedTo(community)) {
            if (group.isDefaultSubGroup()) {
                found.set("default_sub_group", described(group));
            } else {
                edges.addObject().set("node", described(group));
            }
        }
        return data;
    }

    private static ObjectNode described(Group group) {
        ObjectNode node =
                JsonNodeFactory.instance.objectNode().put("id", group.jid().toString());
        node.putObject("subject").put("value", new String(group.subject().content(), StandardCharsets.UTF_8));
        node.put("total_participants_count", group.members().size());
        node.putObject("properties").put("general_chat", group.has("general_chat"));
        return node;
    }
}
