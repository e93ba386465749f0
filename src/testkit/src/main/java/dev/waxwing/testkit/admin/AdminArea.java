package dev.waxwing.testkit.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.area.Areas;
import dev.waxwing.testkit.http.HttpAnswer;
import dev.waxwing.testkit.http.HttpHandler;
import dev.waxwing.testkit.http.HttpQuery;
import dev.waxwing.testkit.server.Connections;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ScanRefusedException;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The HTTP endpoint: what {@code LoopbackServer} offers in Java, as JSON.
 *
 * <ul>
 *   <li>{@code POST /admin/mock-phone/scan-qr}, body the QR text as it is: 200 once pair-success was sent, 404 for an unknown ref, 400 if malformed
 *   <li>{@code GET /admin/ca.pem}, {@code GET /admin/noise-root} (base64)
 *   <li>{@code GET|POST /admin/accounts} ({@code {"name"}}), {@code GET /admin/connections}
 *   <li>{@code POST /admin/accounts/{account}/phone/send} and others: see {@link PhoneEndpoint}
 *   <li>{@code GET|POST /admin/prekeys/{device}}, the device as {@code number:device@server}: how many one-time keys it has left; {@code {"left"}} drains
 *       them, {@code {"tell": true}} sends the notice
 *   <li>{@code GET|DELETE /admin/journal}, {@code GET /admin/journal/await}, {@code GET /admin/unhandled}: see {@link JournalEndpoint}
 *   <li>{@code GET|POST|DELETE /admin/faults}: see {@link FaultEndpoint}
 *   <li>{@code POST /admin/mode} ({@code {"strict"}}), {@code POST /admin/clock} ({@code {"set"}} or {@code {"advance"}}, in seconds)
 * </ul>
 */
public final class AdminArea implements ServerArea {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final String PRE_KEYS = "/admin/prekeys/";

    private final Areas areas;

    /**
     * Creates the area for one server.
     *
     * @param areas the other areas of that server
     */
    public AdminArea(Areas areas) {
        this.areas = areas;
    }

    @Override
    public void register(Registrations on, World world) {
        JournalEndpoint journal = new JournalEndpoint(world);
        FaultEndpoint faults = new FaultEndpoint(world.faults());
        on.http("/", now(AdminArea::health));
        on.http("/admin/ca.pem", now(query -> HttpAnswer.text(200, world.caPem())));
        on.http(
                "/admin/noise-root",
                now(query -> HttpAnswer.text(200, Base64.getEncoder().encodeToString(world.noiseRootPublicKey()))));
        on.http("/admin/mock-phone/scan-qr", now(query -> scan(world, query)));
        on.http("/admin/accounts", now(query -> accounts(world, query)));
        on.http(PhoneEndpoint.PREFIX, new PhoneEndpoint(world, areas.phones())::handle);
        on.http(PRE_KEYS, now(query -> preKeys(world, query)));
        on.http("/admin/connections", now(query -> connections(world.connections())));
        on.http("/admin/journal", now(journal::journal));
        on.http("/admin/journal/await", journal::await);
        on.http("/admin/unhandled", now(query -> journal.unhandled()));
        on.http("/admin/faults", now(faults::handle));
        on.http("/admin/mode", now(query -> mode(world, query)));
        on.http("/admin/clock", now(query -> clock(world, query)));
    }

    private static HttpHandler now(Function<HttpQuery, HttpAnswer> handler) {
        return query -> {
            CompletionStage<HttpAnswer> answer;
            try {
                answer = CompletableFuture.completedFuture(handler.apply(query));
            } catch (BadRequestException e) {
                answer = CompletableFuture.completedFuture(HttpAnswer.text(400, e.getMessage() + "\n"));
            }
            return answer;
        };
    }

    private static HttpAnswer health(HttpQuery query) {
        return query.path().equals("/")
                ? HttpAnswer.text(200, "Waxwing loopback server\n")
                : HttpAnswer.text(404, "nothing is served at " + query.path() + "\n");
    }

    private static HttpAnswer scan(World world, HttpQuery query) {
        try {
            Account account = world.scan(new String(query.body(), StandardCharsets.UTF_8), Optional.empty());
            return json(describe(account));
        } catch (ScanRefusedException e) {
            return HttpAnswer.text(e.status(), e.getMessage() + "\n");
        }
    }

    private static HttpAnswer accounts(World world, HttpQuery query) {
        if (query.method().equals("POST")) {
            return json(describe(world.accounts().named(body(query).path("name").asText(""))));
        }
        ArrayNode all = JSON.createArrayNode();
        world.accounts().all().forEach(account -> all.add(describe(account)));
        return json(all);
    }

    private static ObjectNode describe(Account account) {
        ObjectNode described = JSON.createObjectNode()
                .put("name", account.name())
                .put("pushName", account.pushName())
                .put("jid", account.phoneNumber().toString())
                .put("lid", account.lid().toString());
        ArrayNode devices = described.putArray("devices");
        for (Device device : account.devices()) {
            devices.addObject()
                    .put("device", device.number())
                    .put("jid", device.phoneNumberJid().toString())
                    .put("lid", device.lidJid().toString())
                    .put("active", device.isActive());
        }
        return described;
    }

    private HttpAnswer preKeys(World world, HttpQuery query) {
        Device device;
        try {
            device = world.accounts()
                    .findDevice(Jid.parse(query.path().substring(PRE_KEYS.length())))
                    .filter(found -> !found.isPhone())
                    .orElse(null);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(String.valueOf(e.getMessage()));
        }
        if (device == null) {
            return HttpAnswer.text(404, "no such companion is linked\n");
        }
        if (query.method().equals("POST")) {
            JsonNode body = body(query);
            if (body.path("left").isIntegralNumber()) {
                areas.preKeys().drain(device, Math.max(0, body.path("left").asInt()));
            }
            if (body.path("tell").asBoolean()) {
                areas.preKeys().tell(world, device);
            }
        }
        return json(JSON.createObjectNode().put("left", areas.preKeys().left(device)));
    }

    private static HttpAnswer connections(Connections connections) {
        ArrayNode all = JSON.createArrayNode();
        for (Connections.Info info : connections.list()) {
            ObjectNode described = all.addObject().put("id", info.id()).put("active", info.active());
            info.device().ifPresent(device -> described.put("device", device.toString()));
            info.handshake().ifPresent(handshake -> described.put("handshake", handshake.pattern()));
        }
        return json(all);
    }

    private static HttpAnswer mode(World world, HttpQuery query) {
        JsonNode strict = body(query).path("strict");
        if (!strict.isBoolean()) {
            throw new BadRequestException("expected {\"strict\": true or false}");
        }
        world.strict(strict.asBoolean());
        return HttpAnswer.json(200, "{}");
    }

    private static HttpAnswer clock(World world, HttpQuery query) {
        JsonNode body = body(query);
        if (body.path("set").isIntegralNumber()) {
            world.clock().set(Instant.ofEpochSecond(body.path("set").asLong()));
        } else if (body.path("advance").isIntegralNumber()) {
            world.clock().advance(Duration.ofSeconds(body.path("advance").asLong()));
        } else if (!body.isMissingNode()) {
            throw new BadRequestException("expected {\"set\": seconds since 1970} or {\"advance\": seconds}");
        }
        return json(JSON.createObjectNode().put("now", world.clock().seconds()));
    }

    static JsonNode body(HttpQuery query) {
        try {
            JsonNode body = JSON.readTree(query.body());
            if (!body.isObject()) {
                throw new BadRequestException("expected a JSON object as body");
            }
            return body;
        } catch (IOException e) {
            throw new BadRequestException("the body is no JSON");
        }
    }

    static HttpAnswer json(JsonNode document) {
        try {
            return HttpAnswer.json(200, JSON.writeValueAsString(document));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON nodes can be written", e);
        }
    }
}
