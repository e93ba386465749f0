package dev.waxwing.event;

import dev.waxwing.model.Jid;
import java.util.Optional;

/**
 * The public part of the account's credentials after a change. The credentials themselves never leave the store.
 *
 * @param me this device's phone-number JID, present once linked
 * @param lid this device's LID, present once known
 * @param pushName the account's display name, present once known
 */
public record CredsUpdate(Optional<Jid> me, Optional<Jid> lid, Optional<String> pushName) {}
