package dev.waxwing.contact;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.util.Optional;

/**
 * A bot of the service.
 *
 * @param jid where it is written to
 * @param personaId which of its characters this is, if the server tells it
 */
public record Bot(Jid jid, Optional<String> personaId) {

    /**
     * Checks that nothing is null.
     *
     * @param jid where it is written to
     * @param personaId which of its characters this is, if the server tells it
     */
    public Bot {
        requireNonNull(jid, "jid");
        requireNonNull(personaId, "personaId");
    }
}
