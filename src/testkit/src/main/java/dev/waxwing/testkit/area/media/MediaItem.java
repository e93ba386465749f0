package dev.waxwing.testkit.area.media;

import java.util.Optional;

/** A file of the store. */
final class MediaItem {

    private final String kind;
    private final String sha256;
    private MediaFile file;
    private String path;
    private long since;
    private int goneStatus;

    MediaItem(String kind, String sha256, MediaFile file, String path, long since) {
        this.kind = kind;
        this.sha256 = sha256;
        this.file = file;
        this.path = path;
        this.since = since;
    }

    String path() {
        return path;
    }

    String sha256() {
        return sha256;
    }

    MediaFile file() {
        return file;
    }

    String directPath() {
        return path + "?ccb=11-4&oh=" + sha256.substring(0, 32) + "&oe=7FFFFFFF&_nc_sid=5e03e0";
    }

    MediaObject describe() {
        return new MediaObject(directPath(), kind, sha256, file.length());
    }

    /** With what status its path is answered, or nothing while it is served. */
    Optional<Integer> gone() {
        return goneStatus == 0 ? Optional.empty() : Optional.of(goneStatus);
    }

    boolean isOlderThan(long seconds, long now) {
        return now - since > seconds;
    }

    void goes(int status) {
        goneStatus = status;
    }

    /** Is served again, at another path. */
    void comesBack(String newPath, long now) {
        path = newPath;
        since = now;
        goneStatus = 0;
    }

    void swapFiles(MediaItem other) {
        MediaFile mine = file;
        file = other.file;
        other.file = mine;
    }
}
