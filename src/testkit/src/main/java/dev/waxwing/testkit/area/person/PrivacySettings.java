package dev.waxwing.testkit.area.person;

import dev.waxwing.testkit.state.Account;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What each account lets others see and do, by category. */
public final class PrivacySettings {

    private static final Map<String, List<String>> VALUES = new LinkedHashMap<>();

    static {
        List<String> audience = List.of("all", "contacts", "contact_blacklist", "none");
        VALUES.put("last", audience);
        VALUES.put("online", List.of("all", "match_last_seen"));
        VALUES.put("profile", audience);
        VALUES.put("status", audience);
        VALUES.put("groupadd", audience);
        VALUES.put("readreceipts", List.of("all", "none"));
        VALUES.put("calladd", List.of("all", "known", "contacts"));
        VALUES.put("messages", List.of("all", "contacts"));
        VALUES.put("defense", List.of("off", "on_standard"));
    }

    private final Map<Account, Map<String, String>> byAccount = new HashMap<>();

    /** Creates them empty. */
    public PrivacySettings() {}

    /** The categories and their present values, in a fixed order; the first value that is allowed is the default. */
    Map<String, String> of(Account account) {
        return Collections.unmodifiableMap(settings(account));
    }

    /**
     * Tells whether an account shows something to nobody.
     *
     * @param account whose
     * @param category as {@code last} or {@code readreceipts}
     * @return true if it is set to {@code none}
     */
    public boolean isNone(Account account, String category) {
        return "none".equals(settings(account).get(category));
    }

    /**
     * Changes a setting.
     *
     * @return false if there is no such category or value
     */
    boolean set(Account account, String category, String value) {
        if (!VALUES.getOrDefault(category, List.of()).contains(value)) {
            return false;
        }
        settings(account).put(category, value);
        return true;
    }

    private Map<String, String> settings(Account account) {
        return byAccount.computeIfAbsent(account, unused -> {
            Map<String, String> settings = new LinkedHashMap<>();
            VALUES.forEach((category, values) -> settings.put(category, values.get(0)));
            return settings;
        });
    }
}
