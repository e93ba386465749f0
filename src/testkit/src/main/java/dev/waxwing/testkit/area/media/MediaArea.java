package dev.waxwing.testkit.area.media;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.http.BodySink;
import dev.waxwing.testkit.http.HttpAnswer;
import dev.waxwing.testkit.http.HttpQuery;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The media host: uploads are checked against their token, which is their SHA-256, and served under a direct path.
 *
 * <p>A direct path ends in a query, since clients append their own parameters to it with {@code &}.
 */
public final class MediaArea implements ServerArea, AutoCloseable {

    private static final long MAX_BYTES = 4L << 30;
    private static final int AUTH_BYTES = 24;
    private static final int AUTH_SECONDS = 3600;
    private static final int TTL_SECONDS = 300;
    private static final String DOWNLOADS = "/v/";
    private static final String FOLDER = DOWNLOADS + "t62.7118-24/";
    private static final String NEWSLETTER = "/newsletter/";
    private static final List<String> UPLOADS = List.of("/mms/", NEWSLETTER, "/product/", "/pps/", "/wa-msgr/mms/");
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{43}=?");

    private final MediaTraffic traffic = new MediaTraffic();
    private List<String> hosts = List.of();
    private int ttlSeconds = TTL_SECONDS;
    private String auth = "";
    private @Nullable World world;
    private @Nullable MediaStore store;

    /** Creates the area of one server. */
    public MediaArea() {}

    @Override
    public void register(Registrations on, World world) {
        this.world = world;
        store = new MediaStore(world.clock(), FOLDER, MAX_BYTES);
        renewAuth();
        on.iq("w:m", "set", "media_conn", this::connection);
        for (String prefix : UPLOADS) {
            on.upload(prefix, head -> isUpload(head) ? Optional.of(upload(head)) : Optional.empty());
            on.http(prefix, query -> CompletableFuture.completedFuture(byToken(query)));
        }
        on.http(DOWNLOADS, query -> CompletableFuture.completedFuture(download(query)));
    }

    MediaTraffic traffic() {
        return traffic;
    }

    MediaStore store() {
        return requireNonNull(store, "store");
    }

    World world() {
        return requireNonNull(world, "world");
    }

    void hosts(List<String> names) {
        hosts = names;
    }

    void ttl(int seconds) {
        ttlSeconds = seconds;
    }

    void renewAuth() {
        auth = world().random().token(AUTH_BYTES);
    }

    /**
     * Serves a file under another path, as when the phone of its sender has uploaded it again. The world's thread.
     *
     * @param sha256 of the bytes as uploaded
     * @return the new direct path, or nothing if the file was never here, or was deleted
     */
    public Optional<String> uploadAgain(byte[] sha256) {
        return store().bringBack(HexFormat.of().formatHex(sha256)).map(MediaItem::directPath);
    }

    private void connection(IqExchange iq) {
        Node.Builder connection = Node.builder("media_conn")
                .attr("auth", auth)
                .attr("ttl", ttlSeconds)
                .attr("auth_ttl", AUTH_SECONDS)
                .attr("max_buckets", "12")
                .attr("id", world().nextId());
        List<String> named = hosts.isEmpty() ? List.of(world().authority()) : hosts;
        for (int i = 0; i < named.size(); i++) {
            connection.child(host(named.get(i), i == 0 ? "primary" : "fallback"));
        }
        iq.reply(connection.build());
    }

    private static Node host(String name, String type) {
        return Node.builder("host")
                .attr("hostname", name)
                .attr("type", type)
                .child(kinds("upload"))
                .child(kinds("download"))
                .build();
    }

    private static Node kinds(String tag) {
        Node.Builder kinds = Node.builder(tag);
        for (String kind : List.of("image", "video", "audio", "document", "ptt", "sticker")) {
            kinds.child(Node.builder(kind).build());
        }
        return kinds.build();
    }

    private static boolean isUpload(HttpQuery head) {
        return head.method().equals("POST") || head.method().equals("PUT");
    }

    private BodySink upload(HttpQuery head) {
        MediaMatch.Kind kind = isQuestion(head) ? MediaMatch.Kind.RESUME : MediaMatch.Kind.UPLOAD;
        Optional<MediaRule> rule = traffic.judge(kind, head);
        BodySink body = rule.flatMap(MediaArea::answerOf)
                .<BodySink>map(UnwantedBody::new)
                .orElseGet(() -> accept(head, kind));
        return new WatchedBody(world(), body, rule, (status, received) -> traffic.note(kind, head, received, status));
    }

    /** Whether a request asks how much of a file is here; its body is empty. */
    private static boolean isQuestion(HttpQuery head) {
        return head.parameter("resume").isPresent()
                && head.parameter("file_offset").isEmpty()
                && head.header("content-length").orElse("0").equals("0");
    }

    private BodySink accept(HttpQuery head, MediaMatch.Kind kind) {
        Optional<String> sha256 = tokenOf(head);
        if (sha256.isEmpty()) {
            return new UnwantedBody(refused(400, "the last part of the path is no token"));
        }
        if (isForeign(head)) {
            return new UnwantedBody(refused(401, "the auth parameter is not that of the media connection"));
        }
        if (kind == MediaMatch.Kind.RESUME) {
            return new UnwantedBody(howMuchIsHere(head, sha256.get()));
        }
        Optional<Upload> upload = MediaTraffic.offset(head).flatMap(offset -> store().resume(sha256.get(), offset));
        if (upload.isEmpty()) {
            return new UnwantedBody(refused(400, "file_offset is behind what came before"));
        }
        return new UploadBody(store(), upload.get(), whole -> finish(head, whole));
    }

    private static Optional<String> tokenOf(HttpQuery head) {
        String token = head.path().substring(head.path().lastIndexOf('/') + 1);
        return TOKEN.matcher(token).matches()
                ? Optional.of(HexFormat.of().formatHex(Base64.getUrlDecoder().decode(token)))
                : Optional.empty();
    }

    private boolean isForeign(HttpQuery head) {
        return world().isStrict() && !head.parameter("auth").equals(Optional.of(auth));
    }

    private HttpAnswer howMuchIsHere(HttpQuery head, String sha256) {
        Optional<MediaItem> whole = store().withSha256(sha256);
        if (whole.isPresent()) {
            return HttpAnswer.json(200, "{\"resume\":\"complete\"," + location(head, whole.get()) + "}");
        }
        long length = store().brokenOffAt(sha256);
        return length == 0
                ? refused(404, "nothing of it is here")
                : HttpAnswer.json(200, "{\"resume\":\"" + length + "\"}");
    }

    private HttpAnswer finish(HttpQuery head, Upload upload) {
        if (upload.file().length() > store().maxBytes()) {
            upload.file().close();
            return refused(413, "the file is too long");
        }
        if (!upload.isAsAnnounced()) {
            upload.file().close();
            return refused(400, "the token is not the SHA-256 of the body");
        }
        return HttpAnswer.json(200, "{" + location(head, store().put(kindOf(head), upload)) + "}");
    }

    private static String kindOf(HttpQuery head) {
        String[] parts = head.path().split("/", -1);
        return parts.length > 2 ? parts[parts.length - 2] : "";
    }

    private String location(HttpQuery head, MediaItem item) {
        String directPath = item.directPath();
        String plain = head.path().startsWith(NEWSLETTER)
                ? ",\"handle\":\"" + item.sha256().substring(0, 24) + "\",\"object_id\":\""
                        + item.sha256().substring(0, 16) + "\""
                : "";
        return "\"url\":\"https://" + world().authority() + directPath + "&mms3=true\",\"direct_path\":\"" + directPath
                + "\"" + plain;
    }

    /** What is no upload, but has a token: what is there is looked at or deleted by its hash. */
    private HttpAnswer byToken(HttpQuery query) {
        Optional<String> sha256 = tokenOf(query);
        if (sha256.isEmpty()) {
            return refused(400, "the last part of the path is no token");
        }
        if (isForeign(query)) {
            return refused(401, "the auth parameter is not that of the media connection");
        }
        Optional<MediaItem> item = store().withSha256(sha256.get());
        return switch (query.method()) {
            case "DELETE" -> {
                item.ifPresent(store()::remove);
                yield HttpAnswer.json(200, "{}");
            }
            case "GET", "HEAD" ->
                item.map(found -> serve(found, query)).orElseGet(() -> refused(404, "no such object"));
            default -> refused(405, "the method is not one of GET, HEAD, POST, PUT and DELETE");
        };
    }

    private HttpAnswer download(HttpQuery query) {
        if (!query.method().equals("GET") && !query.method().equals("HEAD")) {
            return refused(405, "the method is neither GET nor HEAD");
        }
        return store().atPath(query.path()).map(found -> serve(found, query)).orElseGet(() -> missing(query));
    }

    private HttpAnswer missing(HttpQuery query) {
        int status = store().missingStatus(query.path());
        traffic.note(MediaMatch.Kind.DOWNLOAD, query, 0, status);
        return refused(status, "no such object");
    }

    private HttpAnswer serve(MediaItem item, HttpQuery query) {
        Optional<MediaRule> rule = traffic.judge(MediaMatch.Kind.DOWNLOAD, query);
        HttpAnswer answer =
                rule.flatMap(MediaArea::answerOf).orElseGet(() -> ServedFile.answer(world(), item, query, rule));
        if (answer.source() == null) {
            rule.ifPresent(MediaRule::hasHappened);
        }
        traffic.note(MediaMatch.Kind.DOWNLOAD, query, 0, answer.status());
        return answer;
    }

    /** What a fault answers in place of everything else. */
    private static Optional<HttpAnswer> answerOf(MediaRule rule) {
        if (rule.fault() instanceof MediaFault.Status status) {
            return Optional.of(ServedFile.error(status));
        }
        if (rule.fault() instanceof MediaFault.Redirect redirect) {
            return Optional.of(ServedFile.redirect(redirect));
        }
        return rule.fault() instanceof MediaFault.Answer odd
                ? Optional.of(HttpAnswer.json(200, odd.json()))
                : Optional.empty();
    }

    private static HttpAnswer refused(int status, String why) {
        return HttpAnswer.json(status, "{\"error\":\"" + why + "\"}");
    }

    /** Deletes all files. Called when the world's thread has ended. */
    @Override
    public void close() {
        MediaStore open = store;
        if (open != null) {
            open.close();
        }
    }
}
