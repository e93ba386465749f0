package dev.waxwing.presence;

import dev.waxwing.event.EventKey;

/** The keys of the events of presence. */
public final class PresenceEvents {

    /** {@code presence.update}: somebody came, went, types, records, or stopped to. */
    public static final EventKey<PresenceUpdate> PRESENCE_UPDATE =
            new EventKey<>("presence.update", PresenceUpdate.class);

    private PresenceEvents() {}
}
