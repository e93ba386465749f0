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

    private static final int MAX_NAME_CHARS = 256;

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
     * @throws IllegalArgumentException if the user cannot be part of a key of the store
     */
    public static SignalAddress of(Jid jid) {
        return new SignalAddress(nameOf(jid), jid.device());
    }

    /**
     * The name that all devices of a user share.
     *
     * @param jid the user or one of the devices
     * @return the name
     * @throws IllegalArgumentException if the user cannot be part of a key of the store
     */
    public static String nameOf(Jid jid) {
        String user = jid.user();
        if (user.isEmpty() || user.length() > MAX_NAME_CHARS) {
            throw new IllegalArgumentException("a peer needs a user of 1 to " + MAX_NAME_CHARS + " characters: " + jid);
        }
        for (int i = 0; i < user.length(); i++) {
            if (user.charAt(i) <= ' ' || user.charAt(i) > '~') {
                throw new IllegalArgumentException("a peer's user must be printable ASCII but was '" + user + "'");
            }
        }
        JidServer server = jid.server();
        if (server.domainType() == 0 || server.equals(JidServer.LEGACY_PHONE)) {
            return user;
        }
        return user + '_' + (server.domainType() > 0 ? Integer.toString(server.domainType()) : server.name());
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
