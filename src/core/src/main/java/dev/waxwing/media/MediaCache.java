package dev.waxwing.media;

import dev.waxwing.model.MediaReference;
import java.util.Optional;

/**
 * Remembers uploads, so that a file that is sent to many is uploaded once; what accounts share if they are given the
 * same. The service keeps files for some weeks: forget an upload after a day or so. References hold keys: keep them as
 * safe as the store. Called on executors of accounts, by several at once; may block.
 */
public interface MediaCache {

    /**
     * Looks for an upload.
     *
     * @param key made of kind and content of the file; printable ASCII, at most 100 characters
     * @return the upload, empty if there is none that can still be used
     */
    Optional<MediaReference> get(String key);

    /**
     * Keeps an upload.
     *
     * @param key as for {@link #get}
     * @param upload where the file lies
     */
    void put(String key, MediaReference upload);

    /**
     * Forgets an upload.
     *
     * @param key as for {@link #get}
     */
    void remove(String key);
}
