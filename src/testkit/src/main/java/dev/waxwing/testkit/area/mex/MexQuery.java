package dev.waxwing.testkit.area.mex;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.testkit.server.IqExchange;

/** Answers the queries of one document. */
@FunctionalInterface
public interface MexQuery {

    /**
     * Answers a query.
     *
     * @param iq who asks; not to be replied to
     * @param variables of the query
     * @return what goes below {@code data}
     * @throws dev.waxwing.testkit.server.IqRefusal to answer with an error of that code
     */
    JsonNode answer(IqExchange iq, JsonNode variables);
}
