package dev.waxwing.model;

import static java.util.Objects.requireNonNull;

/**
 * An address: a person, one of a person's devices, a group, a broadcast, a channel, or the server itself.
 *
 * <p>Text form: {@code user[:device]@server}; device 0, the phone, is not written. Every address has one form: what
 * {@link #toString} prints, {@link #parse} reads back as an equal address. An agent part ({@code user_agent}) of a
 * person is no part of the address: the text form may have it, where it is read and dropped, for the service ignores
 * it today; elsewhere a person with an underscore is refused, for it would be a second name of somebody else. For users
 * of third-party networks the user part is {@code integrator-user}.
 *
 * @param user the part before the {@code @}: digits for people and groups, as a rule; printable ASCII of up to 128
 *     characters without {@code @} and {@code :}, of a person only letters, digits, dots and hyphens; empty for a
 *     server
 * @param server the part behind the {@code @}
 * @param device 0 for the phone or for no device in particular; up to 255, up to 65535 on {@code msgr} and {@code
 *     interop}
 */
public record Jid(String user, JidServer server, int device) {

    /** The server itself. */
    public static final Jid SERVER = new Jid("", JidServer.PHONE, 0);

    /** The group service. */
    public static final Jid GROUP_SERVER = new Jid("", JidServer.GROUP, 0);

    /** Where status posts go. */
    public static final Jid STATUS_BROADCAST = new Jid("status", JidServer.BROADCAST, 0);

    private static final int MAX_DEVICE = 255;
    private static final int MAX_WIDE_DEVICE = 65_535;
    private static final int MAX_AGENT = 255;
    private static final int MAX_USER_CHARS = 128;
    private static final int MAX_TEXT_CHARS = 256;
    private static final int BOT_NUMBER_LENGTH = 11;
    private static final int QUOTED_CHARS = 64;

    /**
     * Checks the parts.
     *
     * @param user the part before the {@code @}
     * @param server the part behind the {@code @}
     * @param device the device number
     * @throws IllegalArgumentException if a part is not allowed there, or there is no user at a server not known
     */
    public Jid {
        requireNonNull(user, "user");
        requireNonNull(server, "server");
        int limit = isWide(server) ? MAX_WIDE_DEVICE : MAX_DEVICE;
        if (device < 0 || device > limit) {
            throw new IllegalArgumentException("device must be 0 to " + limit + " but was " + device);
        }
        if (user.isEmpty() && device != 0) {
            throw new IllegalArgumentException(
                    "a device needs a user: device " + device + " at " + quote(server.name()));
        }
        if (user.isEmpty() && !server.isKnown()) {
            throw new IllegalArgumentException(
                    "user must not be empty at a server that is not known: " + quote(server.name()));
        }
        if (user.length() > MAX_USER_CHARS) {
            throw new IllegalArgumentException("user must have up to " + MAX_USER_CHARS + " characters but had "
                    + user.length() + ": " + quote(user));
        }
        if (server.equals(JidServer.INTEROP) && user.matches("0[0-9]+-.*")) {
            // The wire form has the number of the integrator as a number.
            throw new IllegalArgumentException(
                    "user of a third-party network must not begin with a zero but was " + quote(user));
        }
        boolean ofPerson = server.isOfPeople();
        for (int i = 0; i < user.length(); i++) {
            char c = user.charAt(i);
            if (ofPerson && !isOfPerson(c)) {
                throw new IllegalArgumentException(
                        "user of a person must hold ASCII digits, letters, '.' and '-' only but was " + quote(user));
            }
            if (c == '@' || c == ':' || c <= ' ' || c > '~') {
                throw new IllegalArgumentException(
                        "user must be printable ASCII without '@', ':' and spaces but was " + quote(user));
            }
        }
    }

    private static boolean isOfPerson(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-';
    }

    /**
     * Reads the text form.
     *
     * @param text for example {@code 15551234567@s.whatsapp.net}, {@code 236395184570386:7@lid} or {@code @g.us}; the
     *     name of a known server alone is that server, as whatsmeow prints it
     * @return the address
     * @throws IllegalArgumentException if the text is not an address
     */
    public static Jid parse(String text) {
        if (requireNonNull(text, "text").length() > MAX_TEXT_CHARS) {
            throw new IllegalArgumentException("jid must have up to " + MAX_TEXT_CHARS + " characters but had "
                    + text.length() + ": " + quote(text));
        }
        int at = text.indexOf('@');
        try {
            if (at < 0) {
                return new Jid("", knownServer(text), 0);
            }
            String user = text.substring(0, at);
            JidServer server = JidServer.of(text.substring(at + 1));
            int colon = user.indexOf(':');
            int device = colon < 0 ? 0 : number(user.substring(colon + 1));
            return new Jid(withoutAgent(colon < 0 ? user : user.substring(0, colon), server), server, device);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("jid " + quote(text) + " is not valid: " + e.getMessage(), e);
        }
    }

    /**
     * A person by phone number.
     *
     * @param digits the number in international form, digits only
     * @return the address
     * @throws IllegalArgumentException if there is anything but digits
     */
    public static Jid phone(String digits) {
        if (requireNonNull(digits, "digits").isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("phone must be digits only but was " + quote(digits));
        }
        return new Jid(digits, JidServer.PHONE, 0);
    }

    /**
     * A person by LID.
     *
     * @param user the hidden id
     * @return the address
     */
    public static Jid lid(String user) {
        return new Jid(requireUser(user, "user"), JidServer.LID, 0);
    }

    /**
     * A group.
     *
     * @param id the part before the {@code @}
     * @return the address
     */
    public static Jid group(String id) {
        return new Jid(requireUser(id, "id"), JidServer.GROUP, 0);
    }

    /**
     * The same address without a device, and with {@code c.us} replaced by its present name.
     *
     * @return the person, group, … itself
     */
    public Jid withoutDevice() {
        if (server.equals(JidServer.LEGACY_PHONE)) {
            return new Jid(user, JidServer.PHONE, 0);
        }
        return device == 0 ? this : new Jid(user, server, 0);
    }

    /**
     * The person whose device this is, hosted or not: chats, people and authors are known by this form. Groups and all
     * others that are no person are themselves, without a device.
     *
     * @return the person at {@code s.whatsapp.net} or {@code lid}, or the address without its device
     */
    public Jid person() {
        if (!isHosted() || user.isEmpty()) {
            return withoutDevice();
        }
        return new Jid(user, isLid() ? JidServer.LID : JidServer.PHONE, 0);
    }

    /**
     * One device of this person.
     *
     * @param number the device, 0 for the phone
     * @return the address
     */
    public Jid withDevice(int number) {
        return number == device ? this : new Jid(user, server, number);
    }

    /**
     * Whether this is a person or a person's device, by phone number or LID.
     *
     * @return true if so
     */
    public boolean isUser() {
        return isPhone() || isLid();
    }

    /**
     * Whether this is a person or a person's device by phone number, hosted ones included.
     *
     * @return true if so; false for the server itself
     */
    public boolean isPhone() {
        return !user.isEmpty()
                && (server.equals(JidServer.PHONE)
                        || server.equals(JidServer.LEGACY_PHONE)
                        || server.equals(JidServer.HOSTED));
    }

    /**
     * Whether this is a person or a person's device by LID, hosted ones included.
     *
     * @return true if so
     */
    public boolean isLid() {
        return !user.isEmpty() && (server.equals(JidServer.LID) || server.equals(JidServer.HOSTED_LID));
    }

    /**
     * Whether this is a group.
     *
     * @return true if so
     */
    public boolean isGroup() {
        return server.equals(JidServer.GROUP);
    }

    /**
     * Whether this is a broadcast, status included.
     *
     * @return true if so
     */
    public boolean isBroadcast() {
        return server.equals(JidServer.BROADCAST);
    }

    /**
     * Whether this is where status posts go.
     *
     * @return true for {@link #STATUS_BROADCAST}
     */
    public boolean isStatusBroadcast() {
        return isBroadcast() && user.equals(STATUS_BROADCAST.user);
    }

    /**
     * Whether this is a bot: one of the bots' server, or one of the numbers set aside for them ({@code 1313555} and
     * four digits, {@code 131655500} and two; observed) without a device.
     *
     * @return true if so
     */
    public boolean isBot() {
        if (server.equals(JidServer.BOT)) {
            return !user.isEmpty();
        }
        return device == 0
                && user.length() == BOT_NUMBER_LENGTH
                && (user.startsWith("1313555") || user.startsWith("131655500"))
                && (server.equals(JidServer.PHONE) || server.equals(JidServer.LEGACY_PHONE));
    }

    /**
     * Whether a hosting provider runs this device.
     *
     * @return true for the servers {@code hosted} and {@code hosted.lid}
     */
    public boolean isHosted() {
        return server.equals(JidServer.HOSTED) || server.equals(JidServer.HOSTED_LID);
    }

    /**
     * Whether this is a server itself, with no user.
     *
     * @return true if so
     */
    public boolean isServer() {
        return user.isEmpty();
    }

    /**
     * Whether this is a channel.
     *
     * @return true if so
     */
    public boolean isNewsletter() {
        return server.equals(JidServer.NEWSLETTER);
    }

    /**
     * Whether both are the same person in the same form: phone numbers and LIDs are never equal here, whatever their
     * digits.
     *
     * @param other another address
     * @return true if user and family agree
     */
    public boolean sameUser(Jid other) {
        if (!user.equals(requireNonNull(other, "other").user)) {
            return false;
        }
        return (isPhone() && other.isPhone())
                || (isLid() && other.isLid())
                || withoutDevice().server.equals(other.withoutDevice().server);
    }

    @Override
    public String toString() {
        return device == 0 ? user + "@" + server : user + ":" + device + "@" + server;
    }

    private static boolean isWide(JidServer server) {
        return server.equals(JidServer.MESSENGER) || server.equals(JidServer.INTEROP);
    }

    private static String requireUser(String user, String name) {
        if (requireNonNull(user, name).isEmpty()) {
            throw new IllegalArgumentException(name + " must not be empty");
        }
        return user;
    }

    private static JidServer knownServer(String name) {
        JidServer server = JidServer.of(name);
        if (!server.isKnown()) {
            throw new IllegalArgumentException("it must look like user@server");
        }
        return server;
    }

    private static String withoutAgent(String user, JidServer server) {
        int underscore = user.lastIndexOf('_');
        // Only people have agents; elsewhere the character is part of the name.
        if (underscore < 0 || !server.isOfPeople()) {
            return user;
        }
        int agent = number(user.substring(underscore + 1));
        if (agent > MAX_AGENT) {
            throw new IllegalArgumentException("agent must be 0 to " + MAX_AGENT + " but was " + agent);
        }
        return user.substring(0, underscore);
    }

    /** Text of the network in a message: not longer than the message can bear. */
    static String quote(String text) {
        return text.length() <= QUOTED_CHARS ? "'" + text + "'" : "'" + text.substring(0, QUOTED_CHARS) + "…'";
    }

    private static int number(String digits) {
        if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException(quote(digits) + " is not a number of 1 to 5 digits");
        }
        return Integer.parseInt(digits);
    }
}
