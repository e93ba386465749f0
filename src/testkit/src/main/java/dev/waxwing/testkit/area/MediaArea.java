package dev.waxwing.testkit.area;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.http.HttpAnswer;
import dev.waxwing.testkit.http.HttpQuery;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/**
 * The media host: uploads are checked against their token, which is their SHA-256, and served under a direct path.
 *
 * <p>A direct path ends in a query, since clients append their own parameters to it with {@code &}.
 */
final class MediaArea implements ServerArea {

    private static final long MAX_BYTES = 512L << 20;
    private static final int AUTH_BYTES = 24;
    private static final int AUTH_SECONDS = 3600;
    private static final int TTL_SECONDS = 300;
    private static final String DOWNLOADS = "/v/";
    private static final String FOLDER = DOWNLOADS + "t62.7118-24/";
    private static final List<String> UPLOADS = List.of("/mms/", "/newsletter/", "/product/", "/pps/", "/wa-msgr/mms/");
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{43}=?");

    private final MediaStore store = new MediaStore(MAX_BYTES);

    @Override
    public void register(Registrations on, World world) {
        String auth = world.random().token(AUTH_BYTES);
        on.iq("w:m", "set", "media_conn", iq -> connection(world, auth, iq));
        UPLOADS.forEach(
                prefix -> on.http(prefix, query -> CompletableFuture.completedFuture(receive(world, auth, query))));
        on.http(DOWNLOADS, query -> CompletableFuture.completedFuture(download(query)));
    }

    private static void connection(World world, String auth, IqExchange iq) {
        iq.reply(Node.builder("media_conn")
                .attr("auth", auth)
                .attr("ttl", TTL_SECONDS)
                .attr("auth_ttl", AUTH_SECONDS)
                .attr("max_buckets", "12")
                .child(Node.builder("host")
                        .attr("hostname", world.authority())
                        .attr("type", "primary")
                        .build())
                .build());
    }

    private HttpAnswer receive(World world, String auth, HttpQuery query) {
        String path = query.path();
        String token = path.substring(path.lastIndexOf('/') + 1);
        if (!TOKEN.matcher(token).matches()) {
            return refused(400, "the last part of the path is no token");
        }
        if (world.isStrict() && !query.parameter("auth").equals(Optional.of(auth))) {
            return refused(401, "the auth parameter is not that of the media connection");
        }
        String sha256 = MediaStore.hex(Base64.getUrlDecoder().decode(token));
        return switch (query.method()) {
            case "POST", "PUT" ->
                query.parameter("resume").isPresent() ? resume(world, sha256) : upload(world, sha256, query.body());
            case "DELETE" -> {
                store.withSha256(sha256).ifPresent(store::remove);
                yield HttpAnswer.json(200, "{}");
            }
            case "GET", "HEAD" -> serve(store.withSha256(sha256), query);
            default -> refused(405, "the method is not one of GET, HEAD, POST, PUT and DELETE");
        };
    }

    private HttpAnswer upload(World world, String sha256, byte[] body) {
        if (!MediaStore.sha256Of(body).equals(sha256)) {
            return refused(400, "the token is not the SHA-256 of the body");
        }
        return HttpAnswer.json(200, "{" + location(world, store.put(FOLDER, sha256, body)) + "}");
    }

    /** An upload that broke off is not kept, so there is all of it or none. */
    private HttpAnswer resume(World world, String sha256) {
        return store.withSha256(sha256)
                .map(item -> HttpAnswer.json(200, "{\"resume\":\"complete\"," + location(world, item) + "}"))
                .orElseGet(() -> refused(404, "nothing of it is here"));
    }

    private static String location(World world, MediaStore.Item item) {
        String directPath =
                item.path() + "?ccb=11-4&oh=" + item.sha256().substring(0, 32) + "&oe=7FFFFFFF&_nc_sid=5e03e0";
        return "\"url\":\"https://" + world.authority() + directPath + "&mms3=true\",\"direct_path\":\"" + directPath
                + "\"";
    }

    private HttpAnswer download(HttpQuery query) {
        return query.method().equals("GET") || query.method().equals("HEAD")
                ? serve(store.atPath(query.path()), query)
                : refused(405, "the method is neither GET nor HEAD");
    }

    private static HttpAnswer serve(Optional<MediaStore.Item> item, HttpQuery query) {
        return item.map(found -> serve(found, query)).orElseGet(() -> refused(404, "no such object"));
    }

    private static HttpAnswer serve(MediaStore.Item item, HttpQuery query) {
        byte[] body = item.bytes();
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/octet-stream");
        headers.put("Accept-Ranges", "bytes");
        headers.put("ETag", "\"" + item.sha256() + "\"");
        String range = query.header("range").orElse("");
        if (!ByteRange.isUnderstood(range)) {
            return new HttpAnswer(200, headers, body);
        }
        Optional<ByteRange> asked = ByteRange.parse(range, body.length);
        if (asked.isEmpty()) {
            headers.put("Content-Range", "bytes */" + body.length);
            return new HttpAnswer(416, headers, new byte[0]);
        }
        headers.put(
                "Content-Range",
                "bytes " + asked.get().first() + "-" + asked.get().last() + "/" + body.length);
        return new HttpAnswer(206, headers, asked.get().of(body));
    }

    private static HttpAnswer refused(int status, String why) {
        return HttpAnswer.json(status, "{\"error\":\"" + why + "\"}");
    }
}
