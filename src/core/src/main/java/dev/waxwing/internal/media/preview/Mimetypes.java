package dev.waxwing.internal.media.preview;

import java.net.URLConnection;
import java.util.Locale;
import java.util.Optional;

/** The type of a file: by its content, else by the ending of its name. */
final class Mimetypes {

    /** What every peer sends for a file that it knows nothing of. */
    static final String UNKNOWN = "application/octet-stream";

    private Mimetypes() {}

    /**
     * The type of a file.
     *
     * @param head how it begins
     * @param name its name, of which only the ending matters
     * @return the type, {@link #UNKNOWN} if neither says anything
     */
    static String of(byte[] head, String name) {
        Optional<String> byContent = FileSignatures.mimetype(head);
        if (byContent.isPresent()) {
            return precise(byContent.get(), name);
        }
        return byName(name).orElse(UNKNOWN);
    }

    /** Containers of many things are what their name says, if that is one of those things. */
    private static String precise(String container, String name) {
        boolean isVague = container.equals("application/zip") || container.equals("application/x-ole-storage");
        return isVague ? byName(name).orElse(container) : container;
    }

    private static Optional<String> byName(String name) {
        String lowerCase = name.toLowerCase(Locale.ROOT);
        if (lowerCase.endsWith(".apk")) {
            return Optional.of("application/vnd.android.package-archive");
        }
        if (lowerCase.endsWith(".doc")) {
            return Optional.of("application/msword");
        }
        if (lowerCase.endsWith(".xls")) {
            return Optional.of("application/vnd.ms-excel");
        }
        if (lowerCase.endsWith(".ppt")) {
            return Optional.of("application/vnd.ms-powerpoint");
        }
        // A name of one's own choosing: without the ending alone the JDK would read an address into it.
        int dot = lowerCase.lastIndexOf('.');
        return dot < 0
                ? Optional.empty()
                : Optional.ofNullable(URLConnection.guessContentTypeFromName("x" + lowerCase.substring(dot)));
    }
}
