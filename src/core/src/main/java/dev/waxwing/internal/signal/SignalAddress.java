package dev.waxwing.internal.signal;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;

/**
 * Where a device's session is filed: the user with the server folded in, and the device. The names are a convention of
 * this store that one popular client shares; they never travel.
 *
 * @param name {@code user} for phone numbers, {@code user_1} for LIDs, {@code user_128} and {@code user_129} for
 *     hosted ones
 * @param device 0 for the phone
 */
public record SignalAddress(String name, int device) {

    /**
     * Checks for null.
     *
     * @param name the user with the server folded in
     * @param device 0 for the phone
     */
    public SignalAddress {
        requireNonNull(name, "name");
    }

    /**
     * The address of a device.
     *
     * @param jid the device, in the form its session is filed under
     * @return its address
     * @throws IllegalArgumentException if there is no user, or the server is not known
     */
    public static SignalAddress of(Jid jid) {
        return new SignalAddress(nameOf(jid), jid.device());
    }

    /**
     * The name that all devices of a user share.
     *
     * @param jid the user or one of the devices
     * @return the name
     * @throws IllegalArgumentException if there is no user, or the server is not known
     */
    public static String nameOf(Jid jid) {
        JidServer server = jid.server();
        if (jid.isServer() || !server.isKnown()) {
            // A name would not tell such an address from others: "1" could be a server's name or stand for LIDs.
            throw new IllegalArgumentException("a peer needs a user at a server that is known but was " + jid);
        }
        if (server.domainType() == 0 || server.equals(JidServer.LEGACY_PHONE)) {
            return jid.user();
        }
        return jid.user() + '_' + (server.domainType() > 0 ? Integer.toString(server.domainType()) : server.name());
    }

    /**
     * The key of this device's rows.
     *
     * @return name and device
     */
    public String key() {
        return name + '.' + device;
    }
}
