package dev.waxwing.internal.media;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.binary.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * Which hosts there are, and what they are shown to be let in.
 *
 * @param auth the token for uploads
 * @param hosts the hosts in the order in which they are tried, one at least
 * @param seconds how long this holds
 */
record MediaConnection(String auth, List<MediaHost> hosts, long seconds) {

    private static final int MOST_HOSTS = 16;
    private static final int LONGEST_AUTH = 4_096;
    private static final int SHORTEST_SECONDS = 5;
    private static final int LONGEST_SECONDS = 24 * 3600;
    private static final int DEFAULT_SECONDS = 300;

    /**
     * Reads the answer of the server.
     *
     * @throws ProtocolViolationException if it names no host or no token
     */
    static MediaConnection of(Node answer) {
        Node connection = answer.requireChild("media_conn");
        String auth = connection.requireAttr("auth");
        if (auth.length() > LONGEST_AUTH) {
            throw new ProtocolViolationException("media_conn has a token of " + auth.length() + " characters");
        }
        List<MediaHost> first = new ArrayList<>();
        List<MediaHost> fallback = new ArrayList<>();
        for (Node host : connection.children("host")) {
            if (first.size() + fallback.size() < MOST_HOSTS) {
                boolean isFallback = "fallback".equals(host.attr("type"));
                MediaHost.parse(String.valueOf(host.attr("hostname")))
                        .ifPresent(isFallback ? fallback::add : first::add);
            }
        }
        first.addAll(fallback);
        if (first.isEmpty()) {
            throw new ProtocolViolationException("media_conn names no host");
        }
        int ttl = connection.intAttr("ttl", DEFAULT_SECONDS);
        int seconds = Math.min(ttl, connection.intAttr("auth_ttl", ttl));
        return new MediaConnection(
                auth, List.copyOf(first), Math.max(SHORTEST_SECONDS, Math.min(LONGEST_SECONDS, seconds)));
    }

    /** Never shows the token. */
    @Override
    public String toString() {
        return "MediaConnection[" + hosts + "]";
    }
}
