package dev.waxwing.testkit.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.testkit.http.HttpAnswer;
import dev.waxwing.testkit.http.HttpQuery;
import dev.waxwing.testkit.phone.PhoneMessage;
import dev.waxwing.testkit.phone.Phones;
import dev.waxwing.testkit.phone.SimulatedPhone;
import dev.waxwing.testkit.server.ScanRefusedException;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Phones over HTTP, below {@code /admin/accounts/{account}/}, the account by name or by phone number: {@code POST
 * phone/send} ({@code {"to", "text"}}), {@code GET phone/messages}, {@code POST phone/online} ({@code {"online"}}),
 * {@code POST phone/enter-code} ({@code {"code"}}: 200 once pair-success was sent, 404 if no client waits for the phone,
 * 401 if the code is another), {@code POST rotate-identity}, and groups as {@link GroupEndpoint} has them.
 */
final class PhoneEndpoint {

    static final String PREFIX = "/admin/accounts/";

    private final World world;
    private final Phones phones;
    private final GroupEndpoint groups = new GroupEndpoint();

    PhoneEndpoint(World world, Phones phones) {
        this.world = world;
        this.phones = phones;
    }

    CompletionStage<HttpAnswer> handle(HttpQuery query) {
        String rest = query.path().substring(PREFIX.length());
        int slash = rest.indexOf('/');
        if (slash < 0) {
            return now(HttpAnswer.text(404, "nothing is served at " + query.path() + "\n"));
        }
        Account account = find(rest.substring(0, slash));
        if (account == null) {
            return now(HttpAnswer.text(404, "there is no account " + rest.substring(0, slash) + "\n"));
        }
        SimulatedPhone phone = phones.of(account);
        try {
            return switch (query.method() + " " + rest.substring(slash + 1)) {
                case "POST phone/send" -> send(phone, AdminArea.body(query));
                case "GET phone/messages" -> phone.messages().thenApply(PhoneEndpoint::list);
                case "POST phone/online" -> {
                    JsonNode online = AdminArea.body(query).path("online");
                    if (!online.isBoolean()) {
                        throw new BadRequestException("expected {\"online\": true or false}");
                    }
                    phone.setOnline(online.asBoolean());
                    yield now(HttpAnswer.json(200, "{}"));
                }
                case "POST phone/enter-code" ->
                    enterCode(account, AdminArea.body(query).path("code").asText());
                case "POST rotate-identity" -> {
                    world.reinstall(account);
                    yield now(HttpAnswer.json(200, "{}"));
                }
                default ->
                    now(groups.handle(phone, query, rest.substring(slash + 1))
                            .orElseGet(() -> HttpAnswer.text(404, "nothing is served at " + query.path() + "\n")));
            };
        } catch (IllegalStateException e) {
            return now(HttpAnswer.text(409, e.getMessage() + "\n"));
        } catch (IllegalArgumentException | BadRequestException e) {
            return now(HttpAnswer.text(400, e.getMessage() + "\n"));
        }
    }

    private @Nullable Account find(String nameOrNumber) {
        return world.accounts().all().stream()
                .filter(account -> account.name().equals(nameOrNumber)
                        || account.phoneNumber().user().equals(nameOrNumber))
                .findFirst()
                .orElse(null);
    }

    private static CompletionStage<HttpAnswer> now(HttpAnswer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private static CompletionStage<HttpAnswer> send(SimulatedPhone phone, JsonNode body) {
        Jid to = Jid.parse(body.path("to").asText());
        Message content =
                Message.newBuilder().setConversation(body.path("text").asText()).build();
        return phone.send(to, content)
                .thenApply(sent -> AdminArea.json(describe(sent)))
                .exceptionally(failure -> {
                    Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure;
                    return HttpAnswer.text(
                            cause instanceof IllegalArgumentException ? 400 : 409, cause.getMessage() + "\n");
                });
    }

    private CompletionStage<HttpAnswer> enterCode(Account account, String code) {
        return world.enterPairingCode(account, code)
                .thenApply(linked -> HttpAnswer.json(200, "{}"))
                .exceptionally(failure -> {
                    Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure;
                    return HttpAnswer.text(
                            cause instanceof ScanRefusedException refused ? refused.status() : 409,
                            cause.getMessage() + "\n");
                });
    }

    private static HttpAnswer list(List<PhoneMessage> messages) {
        ArrayNode all = AdminArea.JSON.createArrayNode();
        messages.forEach(message -> all.add(describe(message)));
        return AdminArea.json(all);
    }

    private static ObjectNode describe(PhoneMessage message) {
        return AdminArea.JSON
                .createObjectNode()
                .put("id", message.id())
                .put("chat", message.chat().toString())
                .put("author", message.author().toString())
                .put("fromMe", message.fromMe())
                .put("t", message.timestamp().getEpochSecond())
                .put("text", message.text());
    }
}
