package dev.waxwing.internal.link;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a page says of itself in its head: by the properties of Open Graph where it has them, by title and description of
 * HTML otherwise.
 *
 * @param title empty if there is none
 * @param description empty if there is none
 * @param image link to a picture, empty if there is none
 */
record PageHead(String title, String description, String image) {

    private static final int LONGEST = 1_000;

    /** Nobody writes so many tags into a head. */
    private static final int MOST_TAGS = 5_000;

    /**
     * Reads a page, whatever is in it.
     *
     * @param html the beginning of the page
     * @param contentType of which only the charset matters
     * @return what was found
     */
    static PageHead read(byte[] html, String contentType) {
        String text = new String(html, charset(html, contentType));
        Map<String, String> found = new HashMap<>();
        int at = text.indexOf('<');
        for (int tags = 0; at >= 0 && tags < MOST_TAGS; tags++) {
            int end = endOfTag(text, at);
            if (end < 0 || text.regionMatches(true, at, "<body", 0, 5)) {
                break;
            }
            String tag = text.substring(at, end);
            if (tag.regionMatches(true, 0, "<meta", 0, 5)) {
                meta(attributes(tag), found);
            } else if (tag.regionMatches(true, 0, "<title", 0, 6)) {
                int closing = text.indexOf("</", end);
                found.putIfAbsent("title", closing < 0 ? "" : text.substring(end, Math.min(closing, end + LONGEST)));
            }
            at = text.indexOf('<', end);
        }
        return new PageHead(
                first(found, "og:title", "twitter:title", "title"),
                first(found, "og:description", "twitter:description", "description"),
                first(found, "og:image:secure_url", "og:image", "twitter:image"));
    }

    private static Charset charset(byte[] html, String contentType) {
        String beginning = new String(html, 0, Math.min(html.length, 1024), StandardCharsets.ISO_8859_1);
        String name = named(contentType).or(() -> named(beginning)).orElse("utf-8");
        try {
            return Charset.forName(name);
        } catch (IllegalArgumentException e) {
            return StandardCharsets.UTF_8;
        }
    }

    private static Optional<String> named(String text) {
        int at = text.toLowerCase(Locale.ROOT).indexOf("charset=");
        if (at < 0) {
            return Optional.empty();
        }
        int begin = at + "charset=".length();
        while (begin < text.length() && "\"' ".indexOf(text.charAt(begin)) >= 0) {
            begin++;
        }
        int end = begin;
        while (end < text.length()
                && end - begin < 40
                && (Character.isLetterOrDigit(text.charAt(end)) || "-_:.".indexOf(text.charAt(end)) >= 0)) {
            end++;
        }
        return Optional.of(text.substring(begin, end));
    }

    /** Behind the next {@code >} that is not in quotes; -1 if there is none. */
    private static int endOfTag(String text, int from) {
        char quote = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '>') {
                return i + 1;
            }
        }
        return -1;
    }

    private static Map<String, String> attributes(String tag) {
        Map<String, String> attributes = new HashMap<>();
        int at = 0;
        int equals = tag.indexOf('=', at);
        while (equals >= 0) {
            String name = tag.substring(at, equals).strip();
            name = name.substring(name.lastIndexOf(' ') + 1).toLowerCase(Locale.ROOT);
            int begin = equals + 1;
            while (begin < tag.length() && Character.isWhitespace(tag.charAt(begin))) {
                begin++;
            }
            char quote = begin < tag.length() ? tag.charAt(begin) : 0;
            int end;
            if (quote == '"' || quote == '\'') {
                begin++;
                end = tag.indexOf(quote, begin);
            } else {
                end = begin;
                while (end < tag.length() && !Character.isWhitespace(tag.charAt(end)) && tag.charAt(end) != '>') {
                    end++;
                }
            }
            if (end < 0) {
                break;
            }
            attributes.putIfAbsent(name, tag.substring(begin, end));
            at = Math.min(tag.length(), end + 1);
            equals = tag.indexOf('=', at);
        }
        return attributes;
    }

    private static void meta(Map<String, String> attributes, Map<String, String> found) {
        String name = attributes.getOrDefault("property", attributes.getOrDefault("name", ""));
        String content = attributes.getOrDefault("content", "");
        if (!name.isEmpty() && !content.isEmpty()) {
            found.putIfAbsent(name.toLowerCase(Locale.ROOT), content);
        }
    }

    private static String first(Map<String, String> found, String... names) {
        for (String name : names) {
            String value = Entities.decode(found.getOrDefault(name, "")).strip().replaceAll("\\s+", " ");
            if (!value.isEmpty()) {
                return value.length() <= LONGEST ? value : value.substring(0, LONGEST);
            }
        }
        return "";
    }
}
