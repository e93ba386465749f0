package dev.waxwing.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.time.Instant;
import java.util.Optional;

/**
 * {@code group.join-request}: somebody asked to be let into a group, or does not any more.
 *
 * @param id the group
 * @param author who did it, without a device: the person itself, or an admin
 * @param participant who is to be let in
 * @param action what happened to the request
 * @param method how it was made, in the server's words, for example {@code invite_link}
 * @param time when, to the second
 */
public record GroupJoinRequest(
        Jid id,
        Optional<Jid> author,
        GroupParticipant participant,
        Action action,
        Optional<String> method,
        Instant time) {

    /**
     * Checks the parts.
     *
     * @param id the group
     * @param author who did it, without a device: the person itself, or an admin
     * @param participant who is to be let in
     * @param action what happened to the request
     * @param method how it was made, in the server's words, for example {@code invite_link}
     * @param time when, to the second
     */
    public GroupJoinRequest {
        requireNonNull(id, "id");
        author = requireNonNull(author, "author").map(Jid::person);
        requireNonNull(participant, "participant");
        requireNonNull(action, "action");
        requireNonNull(method, "method");
        requireNonNull(time, "time");
    }

    /** What happened to a request. Later versions may add more. */
    public enum Action {
        /** Made. */
        CREATED,
        /** Taken back by the person who made it. */
        REVOKED,
        /** Refused by an admin. */
        REJECTED
    }
}
