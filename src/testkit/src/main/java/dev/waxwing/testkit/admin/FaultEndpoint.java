package dev.waxwing.testkit.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.http.HttpAnswer;
import dev.waxwing.testkit.http.HttpQuery;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.FaultRule;
import dev.waxwing.testkit.traffic.Faults;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.time.Duration;

/**
 * Faults over HTTP. {@code POST} adds a rule: {@code direction} ({@code in}, {@code out}) and {@code tag}, to narrow
 * {@code type}, {@code xmlns}, {@code child}, {@code peer}, {@code client}, {@code nth} or {@code first}, {@code
 * probability}; and {@code action}: {@code drop}, {@code delay} ({@code ms}), {@code reorder} ({@code behind}), {@code
 * duplicate}, {@code close} ({@code code}), {@code stream-error} ({@code code}), {@code corrupt}, {@code
 * corrupt-ciphertext}, {@code withhold} ({@code kind}), {@code go-silent}, {@code refuse} ({@code code}, {@code text}).
 * {@code GET} lists the rules and how often each fired, {@code DELETE} removes all.
 */
final class FaultEndpoint {

    private final Faults faults;

    FaultEndpoint(Faults faults) {
        this.faults = faults;
    }

    HttpAnswer handle(HttpQuery query) {
        return switch (query.method()) {
            case "GET" -> list();
            case "POST" -> add(AdminArea.body(query));
            case "DELETE" -> {
                faults.clear();
                yield HttpAnswer.json(200, "{}");
            }
            default -> throw new BadRequestException("expected GET, POST or DELETE");
        };
    }

    private HttpAnswer list() {
        ArrayNode all = AdminArea.JSON.createArrayNode();
        for (FaultRule rule : faults.rules()) {
            all.addObject()
                    .put("match", rule.match().toString())
                    .put("action", rule.action().toString())
                    .put("fired", rule.fired());
        }
        return AdminArea.json(all);
    }

    private HttpAnswer add(JsonNode body) {
        try {
            faults.add(match(body), action(body));
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(String.valueOf(e.getMessage()));
        }
        return HttpAnswer.json(201, "{}");
    }

    private static StanzaMatch match(JsonNode body) {
        String tag = body.path("tag").asText("");
        StanzaMatch match = switch (body.path("direction").asText()) {
            case "in" -> StanzaMatch.in(tag);
            case "out" -> StanzaMatch.out(tag);
            default -> throw new BadRequestException("direction must be in or out");
        };
        match = body.has("type") ? match.type(body.path("type").asText()) : match;
        match = body.has("xmlns") ? match.xmlns(body.path("xmlns").asText()) : match;
        match = body.has("child") ? match.child(body.path("child").asText()) : match;
        match = body.has("peer") ? match.peer(Jid.parse(body.path("peer").asText())) : match;
        match = body.has("client") ? match.client(Jid.parse(body.path("client").asText())) : match;
        match = body.has("probability")
                ? match.withProbability(body.path("probability").asDouble())
                : match;
        match = body.has("first") ? match.first(body.path("first").asInt()) : match;
        return body.has("nth") ? match.nth(body.path("nth").asInt()) : match;
    }

    private static FaultAction action(JsonNode body) {
        int code = body.path("code").asInt();
        String action = body.path("action").asText();
        return switch (action) {
            case "drop" -> new FaultAction.Drop();
            case "delay" ->
                new FaultAction.Delay(Duration.ofMillis(body.path("ms").asLong()));
            case "reorder" -> new FaultAction.Reorder(body.path("behind").asInt(1));
            case "duplicate" -> new FaultAction.Duplicate();
            case "close" -> new FaultAction.Close(code);
            case "stream-error" -> new FaultAction.StreamError(code);
            case "corrupt" -> new FaultAction.Corrupt();
            case "corrupt-ciphertext" -> new FaultAction.CorruptCiphertext();
            case "withhold" -> new FaultAction.Withhold(body.path("kind").asText(""));
            case "go-silent" -> new FaultAction.GoSilent();
            case "refuse" -> new FaultAction.Refuse(code, body.path("text").asText("refused"));
            default -> throw new BadRequestException("there is no action '" + action + "'");
        };
    }
}
