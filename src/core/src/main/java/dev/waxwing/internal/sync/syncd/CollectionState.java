package dev.waxwing.internal.sync.syncd;

/**
 * How far a collection was read.
 *
 * @param version of the last patch or snapshot; 0 before the first
 * @param hash over its values
 * @param unfinished whether it is being read from its beginning, and the end was not reached: nothing of it was told
 *     yet, so it begins again
 */
public record CollectionState(long version, LtHash hash, boolean unfinished) {

    /** Nothing was read. One that was read and is empty differs in not being unfinished. */
    public static final CollectionState NEW = new CollectionState(0, LtHash.EMPTY, true);

    /**
     * Whether it has to be read from its beginning.
     *
     * @return true if so
     */
    public boolean isNew() {
        return unfinished;
    }
}
