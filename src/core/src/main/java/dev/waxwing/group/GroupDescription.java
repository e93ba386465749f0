package dev.waxwing.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.time.Instant;
import java.util.Optional;

/**
 * What a group says about itself.
 *
 * @param id names this version of it: {@code descId}; whoever changes it must name the one it replaces
 * @param text the words: {@code desc}
 * @param owner who wrote it, without a device: {@code descOwner}
 * @param time when, to the second: {@code descTime}
 */
public record GroupDescription(Optional<String> id, String text, Optional<Jid> owner, Optional<Instant> time) {

    /**
     * Checks that nothing is null.
     *
     * @param id names this version of it
     * @param text the words
     * @param owner who wrote it, without a device
     * @param time when, to the second
     */
    public GroupDescription {
        requireNonNull(id, "id");
        requireNonNull(text, "text");
        owner = requireNonNull(owner, "owner").map(Jid::person);
        requireNonNull(time, "time");
    }

    /** Shows the id and never the words. */
    @Override
    public String toString() {
        return "GroupDescription[" + id.orElse("without id") + "]";
    }
}
