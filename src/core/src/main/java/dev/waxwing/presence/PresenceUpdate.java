package dev.waxwing.presence;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.model.Jid;
import java.util.Map;
import java.util.Optional;

/**
 * What became known of the presence of people in one chat.
 *
 * @param id the chat: a person, or a group in which somebody types; by LID if that is known
 * @param idAlt the chat's other form, if it is a person of whom both are known
 * @param presences by participant: in a chat with one person that person, as {@code id}
 */
public record PresenceUpdate(Jid id, Optional<Jid> idAlt, Map<Jid, PresenceData> presences) {

    /**
     * Copies the map.
     *
     * @param id the chat: a person, or a group in which somebody types; by LID if that is known
     * @param idAlt the chat's other form, if it is a person of whom both are known
     * @param presences by participant: in a chat with one person that person, as {@code id}
     */
    public PresenceUpdate {
        requireNonNull(id, "id");
        requireNonNull(idAlt, "idAlt");
        presences = Copies.map(presences, "presences");
    }
}
