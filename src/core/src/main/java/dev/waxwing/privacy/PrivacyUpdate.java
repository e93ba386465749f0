package dev.waxwing.privacy;

import dev.waxwing.internal.arguments.Copies;
import java.util.Map;

/**
 * {@code privacy.update}: privacy settings are others, changed by another device of the account.
 *
 * @param settings those that changed
 */
public record PrivacyUpdate(Map<PrivacyCategory, PrivacyValue> settings) {

    /**
     * Copies the map.
     *
     * @param settings those that changed
     */
    public PrivacyUpdate {
        settings = Copies.map(settings, "settings");
    }
}
