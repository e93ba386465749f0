package dev.waxwing.internal.stream;

/**
 * The version of the web client that this one passes for. The service refuses stale revisions with failure 405.
 *
 * @param primary 2
 * @param secondary 3000
 * @param tertiary the revision
 */
public record ClientVersion(int primary, int secondary, int tertiary) {

    /** The newest one known when this was written (whatsmeow, 2026-08-21). */
    public static final ClientVersion DEFAULT = new ClientVersion(2, 3000, 1045649367);

    /**
     * Checks the numbers.
     *
     * @param primary 0 or more
     * @param secondary 0 or more
     * @param tertiary 0 or more
     */
    public ClientVersion {
        if (primary < 0 || secondary < 0 || tertiary < 0) {
            throw new IllegalArgumentException(
                    "version must not be negative but was " + primary + "." + secondary + "." + tertiary);
        }
    }

    /** The dotted text, whose MD5 is the build hash. */
    @Override
    public String toString() {
        return primary + "." + secondary + "." + tertiary;
    }
}
