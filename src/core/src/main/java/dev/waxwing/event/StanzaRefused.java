package dev.waxwing.event;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.WaxwingException;
import dev.waxwing.model.Jid;
import java.util.Optional;

/**
 * Something arrived that says what its sender may not say, or that cannot be read: a receipt that speaks of somebody
 * else's chat, for instance. Nothing of it was taken, and the server was told that it need not come again.
 *
 * @param tag what it is: {@code message}, {@code receipt}, {@code notification}, {@code iq}…
 * @param from where it says that it is from, if that can be read; of the answer to a request for keys, the device whose
 *     keys are refused: nothing is sent to it
 * @param participant which device of a group it says that it is from
 * @param id its id, as it came
 * @param reason why it was refused
 */
public record StanzaRefused(
        String tag, Optional<Jid> from, Optional<Jid> participant, Optional<String> id, WaxwingException reason) {

    /**
     * Checks for null.
     *
     * @param tag what it is: {@code message}, {@code receipt}, {@code notification}, {@code iq}…
     * @param from where it says that it is from, if that can be read; of the answer to a request for keys, the device
     *     whose keys are refused: nothing is sent to it
     * @param participant which device of a group it says that it is from
     * @param id its id, as it came
     * @param reason why it was refused
     */
    public StanzaRefused {
        requireNonNull(tag, "tag");
        requireNonNull(from, "from");
        requireNonNull(participant, "participant");
        requireNonNull(id, "id");
        requireNonNull(reason, "reason");
    }
}
