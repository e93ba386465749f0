package dev.waxwing.testkit.admin;

import dev.waxwing.testkit.http.HttpAnswer;
import dev.waxwing.testkit.http.HttpQuery;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.JournalEntry;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * The journal over HTTP. Parameters narrow it: {@code direction} ({@code in} or {@code out}), {@code tag}, {@code id},
 * {@code type}, {@code xmlns}, {@code child}, {@code device} (by phone number), {@code after} (entries with a greater
 * number).
 *
 * <p>{@code GET /admin/journal/await} answers with the first entry, past or to come, or with status 408 after {@code
 * timeout} milliseconds (10 s, at most 60 s).
 */
final class JournalEndpoint {

    private static final long DEFAULT_TIMEOUT = Duration.ofSeconds(10).toMillis();
    private static final long MAX_TIMEOUT = Duration.ofSeconds(60).toMillis();

    private final World world;

    JournalEndpoint(World world) {
        this.world = world;
    }

    HttpAnswer journal(HttpQuery query) {
        if (query.method().equals("DELETE")) {
            world.journal().clear();
            return HttpAnswer.json(200, "{}");
        }
        return AdminArea.json(NodeJson.of(world.journal().entries(match(query))));
    }

    HttpAnswer unhandled() {
        return AdminArea.json(NodeJson.of(world.journal().unhandled()));
    }

    CompletionStage<HttpAnswer> await(HttpQuery query) {
        long timeout;
        CompletableFuture<JournalEntry> entry;
        try {
            timeout = number(query, "timeout").orElse(DEFAULT_TIMEOUT);
            entry = world.journal().await(match(query));
        } catch (BadRequestException e) {
            return CompletableFuture.completedFuture(HttpAnswer.text(400, e.getMessage() + "\n"));
        }
        CompletableFuture<HttpAnswer> answer = entry.thenApply(found -> AdminArea.json(NodeJson.of(found)));
        var giveUp = world.later(Duration.ofMillis(Math.min(timeout, MAX_TIMEOUT)), () -> {
            answer.complete(HttpAnswer.text(408, "no such stanza\n"));
            entry.cancel(false);
        });
        return answer.whenComplete((sent, failure) -> giveUp.cancel(false));
    }

    private static Predicate<JournalEntry> match(HttpQuery query) {
        Optional<Direction> direction = query.parameter("direction").map(JournalEndpoint::direction);
        Optional<Long> after = number(query, "after");
        Optional<String> tag = query.parameter("tag");
        Optional<String> child = query.parameter("child");
        Optional<String> device = query.parameter("device");
        Predicate<JournalEntry> attributes =
                attribute(query, "id").and(attribute(query, "type")).and(attribute(query, "xmlns"));
        return entry -> direction.filter(wanted -> wanted != entry.direction()).isEmpty()
                && after.filter(number -> entry.number() <= number).isEmpty()
                && tag.filter(wanted -> !wanted.equals(entry.stanza().tag())).isEmpty()
                && child.filter(wanted -> entry.stanza().child(wanted) == null).isEmpty()
                && device.filter(wanted ->
                                !entry.device().map(Object::toString).orElse("").equals(wanted))
                        .isEmpty()
                && attributes.test(entry);
    }

    private static Predicate<JournalEntry> attribute(HttpQuery query, String name) {
        Optional<String> wanted = query.parameter(name);
        return entry -> wanted.isEmpty() || wanted.get().equals(entry.stanza().attr(name));
    }

    private static Direction direction(String text) {
        try {
            return Direction.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("direction must be in or out but was " + text);
        }
    }

    private static Optional<Long> number(HttpQuery query, String name) {
        try {
            return query.parameter(name).map(Long::valueOf);
        } catch (NumberFormatException e) {
            throw new BadRequestException(name + " must be a number");
        }
    }
}
