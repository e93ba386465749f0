package dev.waxwing.internal.stream.link;

import dev.waxwing.model.ClientVersion;
import dev.waxwing.proto.companionreg.DeviceProps;
import java.util.Locale;
import java.util.Objects;

/**
 * What this client says of itself.
 *
 * @param version the web client's version
 * @param os the name shown on the phone, for example {@code Mac OS}
 * @param browser the kind of client: {@code Chrome}, {@code Firefox}, {@code Safari}, {@code Edge}, {@code Desktop}…;
 *     picks the icon on the phone
 * @param fullHistory whether the phone shall send the whole history at pairing
 * @param history which kinds of history the client handles
 * @param language ISO 639-1
 * @param country ISO 3166-1 alpha-2
 */
public record ClientProfile(
        ClientVersion version,
        String os,
        String browser,
        boolean fullHistory,
        DeviceProps.HistorySyncConfig history,
        String language,
        String country) {

    /** What Baileys announces, so phones are known to answer it. */
    public static final DeviceProps.HistorySyncConfig DEFAULT_HISTORY = DeviceProps.HistorySyncConfig.newBuilder()
            .setStorageQuotaMb(10_240)
            .setInlineInitialPayloadInE2EeMsg(true)
            .setSupportCallLogHistory(false)
            .setSupportBotUserAgentChatHistory(true)
            .setSupportCagReactionsAndPolls(true)
            .setSupportBizHostedMsg(true)
            .setSupportRecentSyncChunkMessageCountTuning(true)
            .setSupportHostedGroupMsg(true)
            .setSupportFbidBotChatHistory(true)
            .setSupportMessageAssociation(true)
            .setSupportGroupHistory(false)
            .build();

    /** Chrome on "Waxwing", recent history, English, US. */
    public static final ClientProfile DEFAULT =
            new ClientProfile(ClientVersion.DEFAULT, "Waxwing", "Chrome", false, DEFAULT_HISTORY, "en", "US");

    /**
     * Checks the texts.
     *
     * @param version the web client's version
     * @param os the name shown on the phone, not blank
     * @param browser the kind of client, not blank
     * @param fullHistory whether the phone shall send the whole history at pairing
     * @param history which kinds of history the client handles
     * @param language two letters
     * @param country two letters
     */
    public ClientProfile {
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(history, "history");
        requireText(os, "os");
        requireText(browser, "browser");
        if (language.length() != 2 || country.length() != 2) {
            throw new IllegalArgumentException(
                    "language and country must be two letters each but were " + language + ", " + country);
        }
    }

    /**
     * The same client with another version.
     *
     * @param other the version
     * @return the profile
     */
    public ClientProfile withVersion(ClientVersion other) {
        return new ClientProfile(other, os, browser, fullHistory, history, language, country);
    }

    /**
     * The browser as the wire names it; unknown ones pass for Chrome (Baileys).
     *
     * @return the platform type
     */
    public DeviceProps.PlatformType platformType() {
        String wanted = browser.toUpperCase(Locale.ROOT);
        for (DeviceProps.PlatformType type : DeviceProps.PlatformType.values()) {
            if (type != DeviceProps.PlatformType.UNKNOWN && type.name().equals(wanted)) {
                return type;
            }
        }
        return DeviceProps.PlatformType.CHROME;
    }

    private static void requireText(String text, String name) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(name + " must not be blank");
        }
    }
}
