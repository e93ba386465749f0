package dev.waxwing.internal.privacy;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import dev.waxwing.privacy.PrivacyCategory;
import dev.waxwing.privacy.PrivacyValue;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Refuses what an application cannot mean, before anything is sent. */
final class PrivacyArguments {

    private static final int MOST_EXCEPTIONS = 1_000;
    private static final Duration LONGEST_TIMER = Duration.ofDays(366);

    private PrivacyArguments() {}

    static Jid person(Jid person) {
        if (!requireNonNull(person, "person").isUser()) {
            throw new IllegalArgumentException("person must be a person but was " + person);
        }
        return person.person();
    }

    /** The size that a collection claims is not relied on. */
    static List<Jid> exceptions(Collection<Jid> people, String name) {
        Set<Jid> each = new LinkedHashSet<>();
        for (Jid person : requireNonNull(people, name)) {
            if (!requireNonNull(person, "each of " + name).isUser()) {
                throw new IllegalArgumentException("each of " + name + " must be a person but one was " + person);
            }
            each.add(person.person());
            if (each.size() > MOST_EXCEPTIONS) {
                throw new IllegalArgumentException(name + " must be at most " + MOST_EXCEPTIONS);
            }
        }
        return List.copyOf(each);
    }

    static void requireSettable(PrivacyCategory category, PrivacyValue value) {
        requireNonNull(value, "value");
        if (!requireNonNull(category, "category").allowedValues().contains(value)) {
            throw new IllegalArgumentException("value must be one of " + category.allowedValues() + " for category "
                    + category + " but was " + value);
        }
    }

    static void requireExceptions(PrivacyCategory category) {
        if (!requireNonNull(category, "category").allowedValues().contains(PrivacyValue.CONTACTS_EXCEPT)) {
            throw new IllegalArgumentException("category must be one that knows exceptions but was " + category);
        }
    }

    static long seconds(Duration duration) {
        if (requireNonNull(duration, "duration").isNegative() || duration.compareTo(LONGEST_TIMER) > 0) {
            throw new IllegalArgumentException(
                    "duration must be between zero and " + LONGEST_TIMER + " but was " + duration);
        }
        if (!Duration.ofSeconds(duration.toSeconds()).equals(duration)) {
            throw new IllegalArgumentException("duration must be whole seconds but was " + duration);
        }
        return duration.toSeconds();
    }
}
