package dev.waxwing.internal.media;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host that files are sent to and fetched from.
 *
 * @param name its name or address
 * @param port the TCP port
 */
record MediaHost(String name, int port) {

    private static final int HTTPS = 443;
    private static final Pattern AUTHORITY = Pattern.compile("([A-Za-z0-9.-]{1,253})(?::(\\d{1,5}))?");

    /** Reads a host that somebody else wrote; empty if it can be none. */
    static Optional<MediaHost> parse(String authority) {
        Matcher matcher = AUTHORITY.matcher(authority);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int port = matcher.group(2) == null ? HTTPS : Integer.parseInt(matcher.group(2));
        return port < 1 || port > 0xffff ? Optional.empty() : Optional.of(new MediaHost(matcher.group(1), port));
    }
}
