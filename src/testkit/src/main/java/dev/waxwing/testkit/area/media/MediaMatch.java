package dev.waxwing.testkit.area.media;

import static java.util.Objects.requireNonNull;

import dev.waxwing.testkit.http.HttpQuery;

/**
 * Which requests to the media host a rule is for.
 *
 * @param kind uploads, downloads or both
 * @param host value of the request's header {@code Host}; empty for any
 * @param pathPrefix what the path begins with; empty for any
 * @param skip how many that match otherwise are left alone first
 * @param atMost how many are spoiled
 */
public record MediaMatch(Kind kind, String host, String pathPrefix, int skip, int atMost) {

    /** What a client does. */
    public enum Kind {
        /** POST or PUT with the file, or a part of it. */
        UPLOAD,
        /** POST without a body, asking how much of a file is there. */
        RESUME,
        /** GET or HEAD. */
        DOWNLOAD,
        /** All of them. */
        ANY
    }

    /**
     * Requires names and counts.
     *
     * @param kind uploads, downloads or both
     * @param host value of the request's header {@code Host}; empty for any
     * @param pathPrefix what the path begins with; empty for any
     * @param skip how many that match otherwise are left alone first
     * @param atMost how many are spoiled
     */
    public MediaMatch {
        requireNonNull(kind, "kind");
        requireNonNull(host, "host");
        requireNonNull(pathPrefix, "pathPrefix");
        if (skip < 0 || atMost < 1) {
            throw new IllegalArgumentException(
                    "skip must be 0 or more and atMost 1 or more but were " + skip + " and " + atMost);
        }
    }

    /**
     * Every upload.
     *
     * @return a match, to narrow
     */
    public static MediaMatch uploads() {
        return of(Kind.UPLOAD);
    }

    /**
     * Every download.
     *
     * @return a match, to narrow
     */
    public static MediaMatch downloads() {
        return of(Kind.DOWNLOAD);
    }

    /**
     * Every request.
     *
     * @return a match, to narrow
     */
    public static MediaMatch any() {
        return of(Kind.ANY);
    }

    /**
     * Every question how much of a file is there.
     *
     * @return a match, to narrow
     */
    public static MediaMatch resumptions() {
        return of(Kind.RESUME);
    }

    private static MediaMatch of(Kind kind) {
        return new MediaMatch(kind, "", "", 0, Integer.MAX_VALUE);
    }

    /**
     * Only by one name of the host.
     *
     * @param authority as a client names it, as {@code localhost:1234}
     * @return a narrower match
     */
    public MediaMatch on(String authority) {
        return new MediaMatch(kind, authority, pathPrefix, skip, atMost);
    }

    /**
     * Only what begins with a path.
     *
     * @param path of the request, without its query
     * @return a narrower match
     */
    public MediaMatch path(String path) {
        return new MediaMatch(kind, host, path, skip, atMost);
    }

    /**
     * Leaves some alone first.
     *
     * @param count how many
     * @return a narrower match
     */
    public MediaMatch after(int count) {
        return new MediaMatch(kind, host, pathPrefix, count, atMost);
    }

    /**
     * Spoils only so many.
     *
     * @param count how many, 1 or more
     * @return a narrower match
     */
    public MediaMatch times(int count) {
        return new MediaMatch(kind, host, pathPrefix, skip, count);
    }

    boolean describes(Kind asked, HttpQuery head) {
        return (kind == Kind.ANY || kind == asked)
                && (host.isEmpty() || host.equals(head.header("host").orElse("")))
                && head.path().startsWith(pathPrefix);
    }
}
