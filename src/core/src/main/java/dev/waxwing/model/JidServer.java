package dev.waxwing.model;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The part of an address behind the {@code @}. Servers that this version does not know are kept as they came; nothing
 * can be sent to them, and nobody there can be an author.
 *
 * <p>What each of the bytes means that stand for a server in an address with a device: 0 is {@link #PHONE}, 1
 * {@link #LID}, 128 {@link #HOSTED}, 129 {@link #HOSTED_LID}. All others are not assigned: each is a server of its own,
 * {@code unassigned.2} for the byte 2, for as long as nobody knows whose numbers they are. (One peer takes them for
 * phone numbers; a client that did so with byte 1 took every LID for somebody's phone number.)
 *
 * @param name the text behind the {@code @}: 1 to 64 characters of printable ASCII without {@code @} and {@code :}
 * @param domainType the byte that stands for the server in an address with a device, -1 if the server has none
 */
public record JidServer(String name, int domainType) {

    /** People by phone number, and the server itself when the user is empty. */
    public static final JidServer PHONE = new JidServer("s.whatsapp.net", 0);

    /** People by hidden id. */
    public static final JidServer LID = new JidServer("lid", 1);

    /** Devices of phone-number users that a hosting provider runs. */
    public static final JidServer HOSTED = new JidServer("hosted", 128);

    /** Devices of LID users that a hosting provider runs. */
    public static final JidServer HOSTED_LID = new JidServer("hosted.lid", 129);

    /** Groups. */
    public static final JidServer GROUP = new JidServer("g.us", -1);

    /** Status and broadcast lists. */
    public static final JidServer BROADCAST = new JidServer("broadcast", -1);

    /** Channels. */
    public static final JidServer NEWSLETTER = new JidServer("newsletter", -1);

    /** Bots. */
    public static final JidServer BOT = new JidServer("bot", -1);

    /** The old name of {@link #PHONE}. */
    public static final JidServer LEGACY_PHONE = new JidServer("c.us", -1);

    /** Messenger users. */
    public static final JidServer MESSENGER = new JidServer("msgr", -1);

    /** Users of third-party networks; the user part is {@code integrator-user}. */
    public static final JidServer INTEROP = new JidServer("interop", -1);

    /** Call links. */
    public static final JidServer CALL = new JidServer("call", -1);

    private static final List<JidServer> KNOWN = List.of(
            PHONE, LID, GROUP, BROADCAST, HOSTED, HOSTED_LID, NEWSLETTER, BOT, LEGACY_PHONE, MESSENGER, INTEROP, CALL);

    private static final int MAX_DOMAIN_TYPE = 255;
    private static final int MAX_NAME_CHARS = 64;
    private static final String UNASSIGNED = "unassigned.";

    /**
     * Checks the parts: a name goes with its own domain byte.
     *
     * @param name the text behind the {@code @}
     * @param domainType the domain byte or -1
     */
    public JidServer {
        if (requireNonNull(name, "name").isEmpty()
                || name.length() > MAX_NAME_CHARS
                || !name.chars().allMatch(c -> c > ' ' && c <= '~' && c != '@' && c != ':')) {
            throw new IllegalArgumentException("name must be 1 to " + MAX_NAME_CHARS
                    + " characters of printable ASCII without '@', ':' and spaces but was " + Jid.quote(name));
        }
        if (domainType != domainTypeOf(name)) {
            throw new IllegalArgumentException("domainType " + domainType + " is not that of name " + Jid.quote(name));
        }
    }

    /**
     * The server of a name.
     *
     * @param name the text behind the {@code @}
     * @return one of the constants, or an unknown server
     * @throws IllegalArgumentException if the name is empty, too long, or holds what a name cannot
     */
    public static JidServer of(String name) {
        requireNonNull(name, "name");
        for (JidServer server : KNOWN) {
            if (server.name.equals(name)) {
                return server;
            }
        }
        return new JidServer(name, domainTypeOf(name));
    }

    private static int domainTypeOf(String name) {
        return switch (name) {
            case "s.whatsapp.net" -> 0;
            case "lid" -> 1;
            case "hosted" -> 128;
            case "hosted.lid" -> 129;
            default -> unassigned(name);
        };
    }

    /** The byte of a server that {@link #ofDomainType} made up a name for; -1 if this is none. */
    private static int unassigned(String name) {
        if (!name.startsWith(UNASSIGNED)) {
            return -1;
        }
        for (int domainType = 0; domainType <= MAX_DOMAIN_TYPE; domainType++) {
            if (!isAssigned(domainType) && name.equals(UNASSIGNED + domainType)) {
                return domainType;
            }
        }
        return -1;
    }

    private static boolean isAssigned(int domainType) {
        return domainType == 0 || domainType == 1 || domainType == 128 || domainType == 129;
    }

    /**
     * The server of a domain byte. A byte that is not assigned gives a server that is none of the constants.
     *
     * @param domainType 0 to 255
     * @return the server
     * @throws IllegalArgumentException if the byte is none
     */
    public static JidServer ofDomainType(int domainType) {
        return switch (domainType) {
            case 0 -> PHONE;
            case 1 -> LID;
            case 128 -> HOSTED;
            case 129 -> HOSTED_LID;
            default -> new JidServer(UNASSIGNED + domainType, domainType);
        };
    }

    /**
     * Whether this version knows what the server is for.
     *
     * @return true for the constants
     */
    public boolean isKnown() {
        return KNOWN.contains(this);
    }

    /**
     * Whether people have their addresses there, by phone number or LID, hosted devices included.
     *
     * @return true for {@code s.whatsapp.net}, {@code c.us}, {@code lid}, {@code hosted} and {@code hosted.lid}
     */
    public boolean isOfPeople() {
        return equals(PHONE) || equals(LID) || equals(HOSTED) || equals(HOSTED_LID) || equals(LEGACY_PHONE);
    }

    @Override
    public String toString() {
        return name;
    }
}
