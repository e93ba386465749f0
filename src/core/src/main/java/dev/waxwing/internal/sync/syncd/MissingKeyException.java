package dev.waxwing.internal.sync.syncd;

import java.util.List;

/** Something is encrypted by keys that the phone has not shared. Inside this room and its users only. */
public final class MissingKeyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The ids, in hex. */
    private final transient List<String> keyIds;

    /**
     * Creates the exception.
     *
     * @param keyIds the ids of the keys, in hex; not empty
     */
    public MissingKeyException(List<String> keyIds) {
        super("the phone has not shared the keys " + keyIds, null, false, false);
        this.keyIds = List.copyOf(keyIds);
    }

    /**
     * Which keys.
     *
     * @return their ids, in hex
     */
    public List<String> keyIds() {
        return keyIds;
    }
}
