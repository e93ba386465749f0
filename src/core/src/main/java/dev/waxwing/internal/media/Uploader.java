package dev.waxwing.internal.media;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.waxwing.error.MediaTooLargeException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.internal.json.Json;
import dev.waxwing.internal.media.format.EncryptedFile;
import dev.waxwing.internal.media.format.MediaType;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.transport.HttpHead;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/** Uploads encrypted files (06, section 5). */
final class Uploader {

    /** Files from here on are asked after first: a host may have a part of them. */
    static final long RESUMABLE_BYTES = 5L << 20;

    private static final int MOST_ANSWER_BYTES = 64 * 1024;
    private static final int TOO_LARGE = 413;
    private static final int FIRST_FAILURE = 300;

    private final HostTurns turns;
    private final MediaHttp http;
    private final AccountThreads threads;

    Uploader(HostTurns turns, MediaHttp http, AccountThreads threads) {
        this.turns = turns;
        this.http = http;
        this.threads = threads;
    }

    /**
     * Where an upload lies.
     *
     * @param url on the host that took it; may be empty
     * @param directPath on every host
     */
    record Location(String url, String directPath) {}

    /**
     * Uploads a file.
     *
     * @param file the file, encrypted
     * @param type where it goes
     * @param progress told how many bytes of the encrypted form are on their way; on the executor
     * @return where it lies
     */
    CompletableFuture<Location> upload(EncryptedFile file, MediaType type, LongConsumer progress) {
        String path = "/mms/" + type.path() + "/"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(file.encSha256());
        return Steps.orElse(
                turns.run((connection, host) -> upload(new Target(host, path, connection.auth()), file, progress)),
                threads.continuations(),
                failure -> failure instanceof ServerRefusedException refused && refused.code() == TOO_LARGE
                        ? CompletableFuture.failedFuture(new MediaTooLargeException("file to send", -1))
                        : null);
    }

    private record Target(MediaHost host, String path, String auth) {

        String with(String more) {
            String token = path.substring(path.lastIndexOf('/') + 1);
            return path + "?auth=" + URLEncoder.encode(auth, UTF_8) + "&token=" + token + more;
        }
    }

    private CompletableFuture<Location> upload(Target target, EncryptedFile file, LongConsumer progress) {
        if (file.length() < RESUMABLE_BYTES) {
            return send(target, file, 0, progress);
        }
        CompletableFuture<Map<String, Object>> asked =
                post(target.host, target.with("&resume=1"), new FileBody(file.path(), 0, 0, sent -> {}));
        // A host that knows nothing of it, or of resuming, gets all of it.
        CompletableFuture<Map<String, Object>> known = Steps.orElse(
                asked,
                threads.continuations(),
                failure ->
                        failure instanceof ServerRefusedException refused && !refused.isRetryable() && !isToken(refused)
                                ? CompletableFuture.completedFuture(Map.of())
                                : null);
        return Steps.then(known, threads.continuations(), fields -> {
            String resume = Json.plain(fields, "resume").orElse("");
            return resume.equals("complete")
                    ? CompletableFuture.completedFuture(location(fields))
                    : send(target, file, offset(resume, file.length()), progress);
        });
    }

    private static boolean isToken(ServerRefusedException refused) {
        return refused.code() == 401 || refused.code() == 403;
    }

    private static long offset(String text, long length) {
        if (!text.matches("\\d{1,18}")) {
            return 0;
        }
        long offset = Long.parseLong(text);
        return offset < length ? offset : 0;
    }

    private CompletableFuture<Location> send(Target target, EncryptedFile file, long from, LongConsumer progress) {
        String at = from == 0 ? "" : "&file_offset=" + from;
        return Steps.then(
                post(target.host, target.with(at), new FileBody(file.path(), from, file.length(), progress)),
                threads.continuations(),
                fields -> CompletableFuture.completedFuture(location(fields)));
    }

    private CompletableFuture<Map<String, Object>> post(MediaHost host, String target, FileBody body) {
        SmallAnswer answer = new SmallAnswer(MOST_ANSWER_BYTES);
        CompletableFuture<HttpHead> exchange = http.post(host, target, body, answer);
        exchange.whenComplete((head, failure) -> body.close());
        return Steps.then(exchange, threads.continuations(), head -> {
            if (head.status() >= FIRST_FAILURE) {
                throw SmallAnswer.refusal("media upload", head);
            }
            return CompletableFuture.completedFuture(Json.object(new String(answer.bytes(), UTF_8)));
        });
    }

    private static Location location(Map<String, Object> fields) {
        Location location = new Location(
                Json.plain(fields, "url").orElse(""),
                Json.plain(fields, "direct_path").orElse(""));
        if (location.directPath.isEmpty() && location.url.isEmpty()) {
            throw new ProtocolViolationException("a media host took an upload and does not say where it lies");
        }
        return location;
    }
}
