package dev.waxwing.model;

import java.util.List;

/**
 * The part of an address behind the {@code @}. Servers that this version does not know are kept as they came; nothing can be
 * sent to them.
 *
 * @param name the text behind the {@code @}, never empty
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

    /**
     * Checks the parts: a name goes with its own domain byte. Only {@code s.whatsapp.net} also goes with bytes that are not assigned, for that is
     * how such an address reads; it then equals none of the constants.
     *
     * @param name the text behind the {@code @}
     * @param domainType the domain byte or -1
     */
    public JidServer {
        if (name.isEmpty() || !name.chars().allMatch(c -> c > ' ' && c != '@')) {
            throw new IllegalArgumentException(
                    "server must be non-empty without '@' and spaces but was " + Jid.quote(name));
        }
        int own = domainTypeOf(name);
        boolean unassigned =
                own == 0 && domainType > 1 && domainType <= MAX_DOMAIN_TYPE && domainType != 128 && domainType != 129;
        if (domainType != own && !unassigned) {
            throw new IllegalArgumentException("domain type " + domainType + " is not one of " + Jid.quote(name));
        }
    }

    /**
     * The server of a name.
     *
     * @param name the text behind the {@code @}
     * @return one of the constants, or an unknown server
     * @throws IllegalArgumentException if the name is empty or holds {@code @} or a space
     */
    public static JidServer of(String name) {
        for (JidServer server : KNOWN) {
            if (server.name.equals(name)) {
                return server;
            }
        }
        return new JidServer(name, -1);
    }

    private static int domainTypeOf(String name) {
        return switch (name) {
            case "s.whatsapp.net" -> 0;
            case "lid" -> 1;
            case "hosted" -> 128;
            case "hosted.lid" -> 129;
            default -> -1;
        };
    }

    /**
     * The server of a domain byte. A byte that is not assigned gives a server that is none of the constants.
     *
     * @param domainType 0 to 255
     * @return the server
     */
    public static JidServer ofDomainType(int domainType) {
        return switch (domainType) {
            case 0 -> PHONE;
            case 1 -> LID;
            case 128 -> HOSTED;
            case 129 -> HOSTED_LID;
            default -> new JidServer("s.whatsapp.net", domainType);
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

    @Override
    public String toString() {
        return name;
    }
}
