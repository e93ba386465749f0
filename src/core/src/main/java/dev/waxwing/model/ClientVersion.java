package dev.waxwing.model;

/**
 * The version of the web client that this device announces, for example {@code 2.3000.1045649367}. The service refuses
 * versions that are too old (failure 405).
 *
 * @param primary the first number, 0 or more
 * @param secondary the second number, 0 or more
 * @param tertiary the third number, the client revision, 0 or more
 */
public record ClientVersion(int primary, int secondary, int tertiary) {

    /**
     * The version announced unless another is configured: the newest one known when this was written (whatsmeow,
     * 2026-08-21).
     */
    public static final ClientVersion DEFAULT = new ClientVersion(2, 3000, 1_045_649_367);

    /**
     * Checks the numbers.
     *
     * @param primary the first number
     * @param secondary the second number
     * @param tertiary the third number
     */
    public ClientVersion {
        if (primary < 0 || secondary < 0 || tertiary < 0) {
            throw new IllegalArgumentException("primary, secondary and tertiary must be >= 0 but were " + primary + "."
                    + secondary + "." + tertiary);
        }
    }

    /** The dotted text, whose MD5 is the build hash. */
    @Override
    public String toString() {
        return primary + "." + secondary + "." + tertiary;
    }
}
