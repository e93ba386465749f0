package dev.waxwing.chat;

import static java.util.Objects.requireNonNull;

/**
 * {@code settings.update}: a setting of the account is another.
 *
 * @param setting the setting as it is now
 * @param initial whether this is what was before this device read it for the first time
 */
public record SettingsUpdate(Setting setting, boolean initial) {

    /**
     * Checks that there is one.
     *
     * @param setting the setting as it is now
     * @param initial whether this is what was before
     */
    public SettingsUpdate {
        requireNonNull(setting, "setting");
    }
}
