package dev.waxwing.testkit.area.media;

import dev.waxwing.testkit.http.HttpQuery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The requests to the media host so far, and what goes wrong with those to come. */
final class MediaTraffic {

    private static final int MAX_REQUESTS = 10_000;

    private final Deque<MediaRequest> requests = new ArrayDeque<>();
    private final List<MediaRule> rules = new ArrayList<>();

    MediaRule add(MediaMatch match, MediaFault fault) {
        MediaRule rule = new MediaRule(match, fault);
        rules.add(rule);
        return rule;
    }

    void remove(MediaRule rule) {
        rules.remove(rule);
    }

    void clear() {
        rules.clear();
    }

    Optional<MediaRule> judge(MediaMatch.Kind kind, HttpQuery head) {
        return rules.stream().filter(rule -> rule.strikes(kind, head)).findFirst();
    }

    List<MediaRequest> requests() {
        return List.copyOf(requests);
    }

    void note(MediaMatch.Kind kind, HttpQuery head, long bodyBytes, int status) {
        if (requests.size() >= MAX_REQUESTS) {
            requests.remove();
        }
        requests.add(new MediaRequest(
                kind,
                head.header("host").orElse(""),
                head.path(),
                head.header("range"),
                offset(head).orElse(0L),
                bodyBytes,
                status));
    }

    /** The parameter {@code file_offset} of an upload; nothing if it is no number. */
    static Optional<Long> offset(HttpQuery head) {
        String text = head.parameter("file_offset").orElse("0");
        return text.matches("\\d{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }
}
