package dev.waxwing.internal.link;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A link of a text.
 *
 * @param matched as it stands in the text
 * @param uri where it leads
 */
record Link(String matched, URI uri) {

    /** Each character is taken or ends the link, so that no text takes long. */
    private static final Pattern LINK = Pattern.compile("https?://[^\\s<>\"]{1,2000}+", Pattern.CASE_INSENSITIVE);

    private static final String CLOSING = ".,;:!?)]}'*_~";

    /**
     * The first link.
     *
     * @param text any text
     * @return the link, or nothing if there is none
     */
    static Optional<Link> first(String text) {
        Matcher matcher = LINK.matcher(text);
        while (matcher.find()) {
            String matched = withoutClosing(matcher.group());
            try {
                URI uri = new URI(new URI(matched).toASCIIString());
                if (uri.getHost() != null) {
                    return Optional.of(new Link(matched, uri));
                }
            } catch (URISyntaxException e) {
                // Text that begins like a link: the next one may be one.
            }
        }
        return Optional.empty();
    }

    /** Sentences end behind links. A bracket that the link opens itself belongs to it. */
    private static String withoutClosing(String link) {
        int end = link.length();
        while (end > 0 && CLOSING.indexOf(link.charAt(end - 1)) >= 0) {
            if (link.charAt(end - 1) == ')' && link.lastIndexOf('(', end - 1) >= 0) {
                break;
            }
            end--;
        }
        return link.substring(0, end);
    }
}
