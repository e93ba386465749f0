package dev.waxwing.testkit.area;

import dev.waxwing.testkit.server.Account;
import dev.waxwing.testkit.server.HttpAnswer;
import dev.waxwing.testkit.server.HttpQuery;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ScanRefusedException;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The HTTP endpoint for tests in other processes and languages. */
final class AdminArea implements ServerArea {

    @Override
    public void register(Registrations on) {
        World world = on.world();
        on.http("/", AdminArea::health);
        on.http("/admin/ca.pem", query -> now(HttpAnswer.text(200, world.caPem())));
        on.http("/admin/mock-phone/scan-qr", query -> now(scan(world, query)));
    }

    private static CompletionStage<HttpAnswer> health(HttpQuery query) {
        return now(
                query.path().equals("/")
                        ? HttpAnswer.text(200, "Waxwing loopback server\n")
                        : HttpAnswer.text(404, "nothing is served at " + query.path() + "\n"));
    }

    private static HttpAnswer scan(World world, HttpQuery query) {
        try {
            Account account = world.scan(new String(query.body(), StandardCharsets.UTF_8), Optional.empty());
            return HttpAnswer.text(200, account.phoneNumber() + "\n");
        } catch (ScanRefusedException e) {
            return HttpAnswer.text(e.status(), e.getMessage() + "\n");
        }
    }

    private static CompletionStage<HttpAnswer> now(HttpAnswer answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
