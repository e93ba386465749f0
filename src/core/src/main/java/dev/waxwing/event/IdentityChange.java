package dev.waxwing.event;

import dev.waxwing.model.Jid;
import java.util.Optional;

/**
 * A person has a new identity key: registered anew, as on a new phone, or linked a device anew. Messages go on flowing; an
 * application that shows or compares security codes has a new one to show.
 *
 * @param user the person, in the form under which the chat is known
 * @param userAlt the other form, if known
 */
public record IdentityChange(Jid user, Optional<Jid> userAlt) {}
