package dev.waxwing;

/**
 * The version of the web client that this device announces, for example {@code 2.3000.1043857760}. The service refuses versions
 * that are too old (failure 405).
 *
 * @param primary the first number, 0 or more
 * @param secondary the second number, 0 or more
 * @param tertiary the third number, the client revision, 0 or more
 */
public record ClientVersion(int primary, int secondary, int tertiary) {

    /** The version announced unless another is configured: the one that peer Baileys 7.0.0-rc14 announces. */
    public static final ClientVersion DEFAULT = new ClientVersion(2, 3000, 1_043_857_760);

    /**
     * Checks the numbers.
     *
     * @param primary the first number
     * @param secondary the second number
     * @param tertiary the third number
     */
    public ClientVersion {
        if (primary < 0 || secondary < 0 || tertiary < 0) {
            throw new IllegalArgumentException(
                    "version numbers must be >= 0 but were " + primary + "." + secondary + "." + tertiary);
        }
    }

    @Override
    public String toString() {
        return primary + "." + secondary + "." + tertiary;
    }
}
