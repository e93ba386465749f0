package dev.waxwing.internal.media;

import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.transport.HttpBody;
import dev.waxwing.internal.transport.HttpCall;
import dev.waxwing.internal.transport.HttpExchange;
import dev.waxwing.internal.transport.HttpHead;
import dev.waxwing.internal.transport.HttpReceiver;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Exchanges with media hosts, as web clients have them. */
final class MediaHttp {

    private static final String WEB = "https://web.whatsapp.com";

    private final MediaPolicy policy;
    private final AccountThreads threads;

    MediaHttp(MediaPolicy policy, AccountThreads threads) {
        this.policy = policy;
        this.threads = threads;
    }

    CompletableFuture<HttpHead> post(MediaHost host, String target, HttpBody body, HttpReceiver receiver) {
        return send("POST", host, target, Map.of("Content-Type", "application/octet-stream"), body, receiver);
    }

    CompletableFuture<HttpHead> get(MediaHost host, String target, Map<String, String> headers, HttpReceiver receiver) {
        return send("GET", host, target, headers, null, receiver);
    }

    private CompletableFuture<HttpHead> send(
            String method,
            MediaHost host,
            String target,
            Map<String, String> headers,
            @Nullable HttpBody body,
            HttpReceiver receiver) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Origin", WEB);
        all.put("Referer", WEB + "/");
        HttpCall call = new HttpCall(method, target, all, body, policy.idle(), policy.total());
        return HttpExchange.start(
                policy.way().https(host.name(), host.port()), call, receiver, threads.loop(), threads.executor());
    }
}
