package dev.waxwing.testkit.area.mex;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.IqRefusal;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Takes the queries with an id and hands each to the area that knows its document; others are answered an error. */
public final class MexArea implements ServerArea {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BAD_REQUEST = 400;

    private final Map<String, MexQuery> queries = new HashMap<>();

    /** Creates the area without any documents. */
    public MexArea() {}

    /**
     * Adds a document.
     *
     * @param id by which clients ask; another for each release of theirs
     * @param query answers
     */
    public void add(String id, MexQuery query) {
        if (queries.putIfAbsent(id, query) != null) {
            throw new IllegalStateException("two areas answer the query " + id);
        }
    }

    @Override
    public void register(Registrations on, World world) {
        on.iq("w:mex", "get", "query", this::answer);
    }

    private void answer(IqExchange iq) {
        Node asked = iq.child();
        ObjectNode result = JSON.createObjectNode();
        try {
            MexQuery query = queries.get(Objects.requireNonNullElse(asked.attr("query_id"), ""));
            if (query == null) {
                throw new IqRefusal(BAD_REQUEST, "unknown query");
            }
            result.set("data", query.answer(iq, variables(asked)));
        } catch (IqRefusal e) {
            result.putNull("data");
            ObjectNode error = result.putArray("errors")
                    .addObject()
                    .put("message", Objects.requireNonNullElse(e.getMessage(), ""));
            error.putObject("extensions")
                    .put("error_code", e.code())
                    .put("severity", "CRITICAL")
                    .put("is_retryable", false);
        }
        try {
            iq.reply(
                    Node.builder("result").bytes(JSON.writeValueAsBytes(result)).build());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON nodes can be written", e);
        }
    }

    private static JsonNode variables(Node query) {
        try {
            return JSON.readTree(query.requireBytes()).path("variables");
        } catch (IOException e) {
            throw new IqRefusal(BAD_REQUEST, "the variables are no JSON");
        }
    }
}
