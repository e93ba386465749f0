package dev.waxwing.internal.contact;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Refuses what an application cannot mean, before anything is sent. */
final class ContactArguments {

    private static final int MOST = 10_000;
    private static final int LONGEST_NUMBER = 64;
    private static final int LEAST_DIGITS = 5;
    private static final int MOST_DIGITS = 20;
    private static final int LONGEST_ABOUT = 139;
    private static final int LARGEST_PICTURE = 1 << 20;

    private ContactArguments() {}

    /** People, each once. The size that a collection claims is not relied on. */
    static List<Jid> people(Collection<Jid> people) {
        Set<Jid> each = new LinkedHashSet<>();
        for (Jid person : requireNonNull(people, "people")) {
            if (!requireNonNull(person, "each of people").isUser()) {
                throw new IllegalArgumentException("each of people must be a person but one was " + person);
            }
            each.add(person.person());
            requireAtMost(each, "people");
        }
        return someOf(each, "people");
    }

    /** Numbers as digits, each once. */
    static List<String> numbers(Collection<String> phoneNumbers) {
        Set<String> each = new LinkedHashSet<>();
        for (String number : requireNonNull(phoneNumbers, "phoneNumbers")) {
            each.add(digits(requireNonNull(number, "each of phoneNumbers")));
            requireAtMost(each, "phoneNumbers");
        }
        return someOf(each, "phoneNumbers");
    }

    private static String digits(String number) {
        StringBuilder digits = new StringBuilder();
        boolean sound = number.length() <= LONGEST_NUMBER;
        for (int i = 0; sound && i < number.length(); i++) {
            char c = number.charAt(i);
            if (c >= '0' && c <= '9') {
                digits.append(c);
            } else {
                sound = c == '+' ? digits.length() == 0 : " -.()/".indexOf(c) >= 0;
            }
        }
        if (!sound || digits.length() < LEAST_DIGITS || digits.length() > MOST_DIGITS) {
            throw new IllegalArgumentException(
                    "each of phoneNumbers must have " + LEAST_DIGITS + " to " + MOST_DIGITS + " digits and no letters");
        }
        return digits.toString();
    }

    private static void requireAtMost(Set<?> each, String name) {
        if (each.size() > MOST) {
            throw new IllegalArgumentException(name + " must be at most " + MOST);
        }
    }

    private static <T> List<T> someOf(Set<T> each, String name) {
        if (each.isEmpty()) {
            throw new IllegalArgumentException(name + " must not be empty");
        }
        return List.copyOf(each);
    }

    static Jid pictured(Jid jid) {
        boolean group = requireNonNull(jid, "jid").isGroup() && !jid.user().isEmpty();
        if (!group && !jid.isUser()) {
            throw new IllegalArgumentException("jid must be a person or a group but was " + jid);
        }
        return jid.person();
    }

    static String about(String about) {
        int length = requireNonNull(about, "about").codePointCount(0, about.length());
        if (length > LONGEST_ABOUT) {
            throw new IllegalArgumentException(
                    "about must have at most " + LONGEST_ABOUT + " characters but has " + length);
        }
        return about;
    }

    static byte[] picture(byte[] jpeg) {
        if (requireNonNull(jpeg, "jpeg").length == 0 || jpeg.length > LARGEST_PICTURE) {
            throw new IllegalArgumentException(
                    "jpeg must be 1 to " + LARGEST_PICTURE + " bytes but was " + jpeg.length);
        }
        return jpeg.clone();
    }
}
