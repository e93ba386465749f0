package dev.waxwing.community;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;

/**
 * What became of one group in a call about several.
 *
 * @param id the group
 * @param status 200 if it was done, otherwise the server's code
 */
public record LinkResult(Jid id, int status) {

    /**
     * Checks that there is a group.
     *
     * @param id the group
     * @param status 200 if it was done, otherwise the server's code
     */
    public LinkResult {
        requireNonNull(id, "id");
    }

    /**
     * Whether it was done.
     *
     * @return true for status 200
     */
    public boolean isDone() {
        return status == 200;
    }
}
