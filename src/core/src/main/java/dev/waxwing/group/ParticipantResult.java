package dev.waxwing.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.util.Optional;

/**
 * What became of one person in a call about several.
 *
 * @param id the person, in the form in which the server answered, without a device
 * @param alt the other form, if the server told it
 * @param status 200 if it was done; otherwise the server's code: 401 the person blocks this account, 403 the
 *     person must be invited, 404 not on the service, 408 left lately, 409 is a member already (or is none)
 * @param invite with 403: what to send to the person by {@link Groups#sendInvite}
 */
public record ParticipantResult(Jid id, Optional<Jid> alt, int status, Optional<GroupInvite> invite) {

    /**
     * Checks the parts.
     *
     * @param id the person, in the form in which the server answered, without a device
     * @param alt the other form, if the server told it
     * @param status 200 if it was done; otherwise the server's code: 401 the person blocks this account, 403 the
     *     person must be invited, 404 not on the service, 408 left lately, 409 is a member already (or is none)
     * @param invite with 403: what to send to the person by {@link Groups#sendInvite}
     */
    public ParticipantResult {
        id = requireNonNull(id, "id").person();
        alt = requireNonNull(alt, "alt").map(Jid::person);
        requireNonNull(invite, "invite");
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
