package dev.waxwing.testkit.area.media;

import dev.waxwing.testkit.http.HttpAnswer;
import dev.waxwing.testkit.http.HttpQuery;
import dev.waxwing.testkit.server.World;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The answers to a download. */
final class ServedFile {

    private static final byte[] NOTHING = new byte[0];

    private ServedFile() {}

    static HttpAnswer error(MediaFault.Status fault) {
        Map<String, String> headers = new HashMap<>();
        if (fault.retryAfterSeconds() > 0) {
            headers.put("Retry-After", Integer.toString(fault.retryAfterSeconds()));
        }
        return new HttpAnswer(fault.status(), headers, NOTHING);
    }

    static HttpAnswer redirect(MediaFault.Redirect fault) {
        return new HttpAnswer(302, Map.of("Location", fault.location()), NOTHING);
    }

    /** The file or the part of it that is asked for, as a rule wants it. */
    static HttpAnswer answer(World world, MediaItem item, HttpQuery query, Optional<MediaRule> rule) {
        MediaFault fault = rule.map(MediaRule::fault).orElse(null);
        long length = item.file().length();
        if (fault instanceof MediaFault.Truncate truncate) {
            length = Math.min(length, truncate.bytes());
        } else if (fault instanceof MediaFault.Oversize oversize) {
            length += oversize.extraBytes();
        }
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/octet-stream");
        headers.put("Accept-Ranges", "bytes");
        headers.put("ETag", "\"" + item.sha256() + "\"");
        String range = query.header("range").orElse("");
        boolean isPart = ByteRange.isUnderstood(range);
        Optional<ByteRange> asked = isPart ? ByteRange.parse(range, length) : Optional.empty();
        if (isPart && asked.isEmpty()) {
            headers.put("Content-Range", "bytes */" + length);
            return new HttpAnswer(416, headers, NOTHING);
        }
        long first = asked.map(ByteRange::first).orElse(0L);
        long end = asked.map(part -> part.last() + 1).orElse(length);
        if (isPart) {
            headers.put("Content-Range", "bytes " + first + "-" + (end - 1) + "/" + length);
        }
        long announced = fault instanceof MediaFault.WrongLength wrong ? wrong.contentLength() : end - first;
        headers.put("Content-Length", Long.toString(announced));
        return HttpAnswer.streamed(isPart ? 206 : 200, headers, new FileBody(world, item.file(), rule, first, end));
    }
}
