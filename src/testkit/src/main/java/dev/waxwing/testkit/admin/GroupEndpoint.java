package dev.waxwing.testkit.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.http.HttpAnswer;
import dev.waxwing.testkit.http.HttpQuery;
import dev.waxwing.testkit.phone.SimulatedPhone;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What phones do in groups, over HTTP, below {@code /admin/accounts/{account}/}: {@code GET phone/groups}, {@code POST
 * phone/groups} ({@code {"subject", "members": []}}) makes one; {@code GET phone/groups/{group}}, and {@code POST
 * phone/groups/{group}/{what}} with {@code add}, {@code remove}, {@code promote}, {@code demote} ({@code {"members"}}),
 * {@code subject} ({@code {"text"}}), {@code announcement}, {@code not_announcement}, {@code locked}, {@code unlocked}
 * and {@code leave} ({@code {}}). A group is named by its address or by the part before the {@code @}. What the service
 * refuses is 409, with its code in the text.
 */
final class GroupEndpoint {

    private static final String PREFIX = "phone/groups";
    private static final String XMLNS = "w:g2";
    private static final Set<String> MEMBER_CHANGES = Set.of("add", "remove", "promote", "demote");
    private static final Set<String> SWITCHES = Set.of("announcement", "not_announcement", "locked", "unlocked");

    /** Answers what is about groups. */
    Optional<HttpAnswer> handle(SimulatedPhone phone, HttpQuery query, String path) {
        if (!path.equals(PREFIX) && !path.startsWith(PREFIX + "/")) {
            return Optional.empty();
        }
        boolean post = query.method().equals("POST");
        if (path.equals(PREFIX)) {
            return Optional.of(post ? create(phone, AdminArea.body(query)) : list(phone));
        }
        String[] parts = path.substring(PREFIX.length() + 1).split("/", -1);
        Jid group = parts[0].contains("@") ? Jid.parse(parts[0]) : Jid.group(parts[0]);
        if (parts.length == 1 && !post) {
            return Optional.of(AdminArea.json(describe(query(phone, group))));
        }
        return parts.length == 2 && post ? act(phone, group, parts[1], AdminArea.body(query)) : Optional.empty();
    }

    private static HttpAnswer create(SimulatedPhone phone, JsonNode body) {
        Node created = ask(
                phone,
                Jid.GROUP_SERVER,
                "set",
                withMembers(
                        Node.builder("create")
                                .attr("subject", body.path("subject").asText()),
                        body));
        return AdminArea.json(describe(created.requireChild("group")));
    }

    private static HttpAnswer list(SimulatedPhone phone) {
        ArrayNode all = AdminArea.JSON.createArrayNode();
        Node participating = Node.builder("participating")
                .child(Node.builder("participants").build())
                .build();
        ask(phone, Jid.GROUP_SERVER, "get", participating)
                .requireChild("groups")
                .children()
                .forEach(group -> all.add(describe(group)));
        return AdminArea.json(all);
    }

    private static Optional<HttpAnswer> act(SimulatedPhone phone, Jid group, String what, JsonNode body) {
        if (MEMBER_CHANGES.contains(what)) {
            ask(phone, group, "set", withMembers(Node.builder(what), body));
        } else if (SWITCHES.contains(what)) {
            ask(phone, group, "set", Node.builder(what).build());
        } else if (what.equals("subject")) {
            byte[] text = body.path("text").asText().getBytes(StandardCharsets.UTF_8);
            ask(phone, group, "set", Node.builder("subject").bytes(text).build());
        } else if (what.equals("leave")) {
            Node left = Node.builder("group").attr("id", group).build();
            ask(
                    phone,
                    Jid.GROUP_SERVER,
                    "set",
                    Node.builder("leave").child(left).build());
            return Optional.of(HttpAnswer.json(200, "{}"));
        } else {
            return Optional.empty();
        }
        boolean out = MEMBER_CHANGES.contains(what) && !isIn(phone, group);
        return Optional.of(out ? HttpAnswer.json(200, "{}") : AdminArea.json(describe(query(phone, group))));
    }

    private static boolean isIn(SimulatedPhone phone, Jid group) {
        return !"error".equals(phone.request(group, "get", XMLNS, query()).attr("type"));
    }

    private static Node query(SimulatedPhone phone, Jid group) {
        return ask(phone, group, "get", query()).requireChild("group");
    }

    private static Node query() {
        return Node.builder("query").attr("request", "interactive").build();
    }

    private static Node withMembers(Node.Builder action, JsonNode body) {
        for (JsonNode member : body.path("members")) {
            action.child(Node.builder("participant")
                    .attr("jid", Jid.parse(member.asText()).withoutDevice())
                    .build());
        }
        return action.build();
    }

    /** The answer; the first error in it, of the whole or of one person, is thrown. */
    private static Node ask(SimulatedPhone phone, Jid to, String type, Node child) {
        Node answer = phone.request(to, type, XMLNS, child);
        if ("error".equals(answer.attr("type"))) {
            throw new IllegalStateException(
                    "the server answered " + answer.requireChild("error").attr("code"));
        }
        for (Node result : answer.children()) {
            for (Node person : result.children("participant")) {
                if (person.hasAttr("error")) {
                    throw new IllegalStateException(
                            "the server answered " + person.attr("error") + " for " + person.requireJid("jid"));
                }
            }
        }
        return answer;
    }

    private static ObjectNode describe(Node group) {
        ObjectNode described = AdminArea.JSON
                .createObjectNode()
                .put("jid", Jid.group(group.requireAttr("id")).toString())
                .put("subject", Objects.requireNonNullElse(group.attr("subject"), ""));
        ArrayNode members = described.putArray("members");
        group.children("participant")
                .forEach(participant -> members.addObject()
                        .put("jid", participant.requireJid("jid").toString())
                        .put("role", Objects.requireNonNullElse(participant.attr("type"), "member")));
        return described;
    }
}
