package dev.waxwing.testkit.area.media;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * The media host as tests handle it: what is there, what was asked, and what goes wrong on purpose. Files lie on the
 * disk, up to 4 GiB and 4,000 of them; the oldest make room. Methods may be called from any thread, and hold when they
 * return.
 */
public final class MediaHost {

    private static final int MAX_READ = 16 << 20;

    private final MediaArea area;

    /**
     * Makes an area accessible.
     *
     * @param area of a server that runs
     */
    public MediaHost(MediaArea area) {
        this.area = area;
    }

    /**
     * What clients upload to and download from unless told otherwise by {@link #hosts}.
     *
     * @return {@code 127.0.0.1:<port>}
     */
    public String host() {
        return ask(() -> area.world().authority());
    }

    /**
     * Another name of this server, which its certificate is valid for as well; for {@link #hosts} and
     * {@link MediaMatch#on}.
     *
     * @return {@code localhost:<port>}
     */
    public String otherHost() {
        return host().replace("127.0.0.1", "localhost");
    }

    /**
     * A name at which nobody listens; for {@link #hosts}.
     *
     * @return {@code 127.0.0.1:1}
     */
    public String deadHost() {
        return "127.0.0.1:1";
    }

    /**
     * Chooses the hosts of media connections to come.
     *
     * @param names hosts with their ports, the primary one first; none for {@link #host} alone
     */
    public void hosts(String... names) {
        List<String> chosen = List.of(names);
        run(() -> area.hosts(chosen));
    }

    /**
     * Chooses how long media connections to come are good for; 300 seconds at first.
     *
     * @param ttl whole seconds
     */
    public void ttl(Duration ttl) {
        run(() -> area.ttl((int) ttl.toSeconds()));
    }

    /**
     * Ends the right to upload of every media connection so far. Only a strict server looks at it; it answers 401.
     */
    public void renewAuth() {
        run(area::renewAuth);
    }

    /**
     * Has something go wrong. Of several rules that match a request the first decides.
     *
     * @param match which requests
     * @param fault what happens to them
     * @return the rule, to look at or remove
     */
    public MediaRule fault(MediaMatch match, MediaFault fault) {
        return ask(() -> area.traffic().add(match, fault));
    }

    /**
     * Ends a rule.
     *
     * @param rule of this server
     */
    public void remove(MediaRule rule) {
        run(() -> area.traffic().remove(rule));
    }

    /** Ends every rule. */
    public void clearFaults() {
        run(() -> area.traffic().clear());
    }

    /**
     * The requests that were answered or broke off, the newest 10,000. A download is here when its answer begins.
     *
     * @return oldest first; a snapshot
     */
    public List<MediaRequest> requests() {
        return ask(() -> area.traffic().requests());
    }

    /**
     * The files that are served.
     *
     * @return oldest first; a snapshot
     */
    public List<MediaObject> objects() {
        return ask(() -> area.store().served());
    }

    /**
     * The bytes of a file as they were uploaded.
     *
     * @param directPath with its query or without
     * @return at most 16 MiB
     * @throws IllegalArgumentException if nothing is served there
     */
    public byte[] bytes(String directPath) {
        return ask(() -> item(directPath).file().read(0, MAX_READ));
    }

    /**
     * Puts a file there, as a client's upload does.
     *
     * @param kind as {@code image}
     * @param sha256 of the bytes, in lower-case hex
     * @param bytes as a client would upload them
     * @return what it is now
     * @throws IllegalArgumentException if the hash is not theirs
     */
    public MediaObject put(String kind, String sha256, byte[] bytes) {
        return ask(() -> {
            Upload upload = new Upload(sha256);
            upload.append(bytes);
            if (!upload.isAsAnnounced()) {
                upload.file().close();
                throw new IllegalArgumentException("sha256 is not that of the bytes");
            }
            return area.store().put(kind, upload).describe();
        });
    }

    /**
     * Ends the life of a file. Its bytes are kept, so that a phone can upload them again.
     *
     * @param directPath with its query or without
     * @param status 403, 404 or 410: what is answered at its path from now on
     * @throws IllegalArgumentException if nothing is served there
     */
    public void expire(String directPath, int status) {
        if (status != 403 && status != 404 && status != 410) {
            throw new IllegalArgumentException("status must be 403, 404 or 410 but was " + status);
        }
        run(() -> item(directPath).goes(status));
    }

    /**
     * Chooses how long files live, those that are there included; for ever at first. One that is older by the server's
     * clock is answered with 410.
     *
     * @param life whole seconds since the upload
     */
    public void expireAfter(Duration life) {
        run(() -> area.store().serveFor(life.toSeconds()));
    }

    /**
     * Serves each of two files at the other's path.
     *
     * @param directPath of one, with its query or without
     * @param otherDirectPath of the other
     * @throws IllegalArgumentException if nothing is served at one of them
     */
    public void swap(String directPath, String otherDirectPath) {
        run(() -> item(directPath).swapFiles(item(otherDirectPath)));
    }

    private MediaItem item(String directPath) {
        return area.store()
                .atPath(directPath.replaceFirst("[?&].*", ""))
                .orElseThrow(() -> new IllegalArgumentException("nothing is served at " + directPath));
    }

    private <T> T ask(Supplier<T> question) {
        return area.world().ask(question);
    }

    private void run(Runnable task) {
        ask(() -> {
            task.run();
            return true;
        });
    }
}
