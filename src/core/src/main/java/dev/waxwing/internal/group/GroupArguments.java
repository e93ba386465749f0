package dev.waxwing.internal.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Refuses what an application cannot mean, before anything is sent; each answers what it was given, tidied. */
public final class GroupArguments {

    private static final int MOST_PEOPLE = 1_024;
    private static final int LONGEST_SUBJECT = 100;
    private static final int LONGEST_DESCRIPTION = 2_048;
    private static final int LONGEST_CODE = 256;
    private static final String LINK = "https://chat.whatsapp.com/";

    private GroupArguments() {}

    /**
     * A group.
     *
     * @param group the argument
     * @param name its name
     * @return the group
     */
    public static Jid group(Jid group, String name) {
        requireNonNull(group, name);
        if (!group.isGroup() || group.user().isEmpty()) {
            throw new IllegalArgumentException(name + " must be a group but was " + group);
        }
        return group.withoutDevice();
    }

    /**
     * A person.
     *
     * @param person the argument
     * @param name its name
     * @return the person, without a device
     */
    public static Jid person(Jid person, String name) {
        requireNonNull(person, name);
        if (!person.isUser()) {
            throw new IllegalArgumentException(name + " must be a person but was " + person);
        }
        return person.person();
    }

    /**
     * People, each once.
     *
     * @param people the argument
     * @param name its name
     * @param least how many there must be, 0 or 1
     * @return the people, without devices
     */
    public static List<Jid> people(Collection<Jid> people, String name, int least) {
        return each(people, name, least, GroupArguments::person);
    }

    /**
     * Groups, each once.
     *
     * @param groups the argument
     * @param name its name
     * @return the groups, one at least
     */
    public static List<Jid> groups(Collection<Jid> groups, String name) {
        return each(groups, name, 1, GroupArguments::group);
    }

    /** The size that a collection claims is not relied on. */
    private static List<Jid> each(Collection<Jid> all, String name, int least, Check check) {
        requireNonNull(all, name);
        Set<Jid> found = new LinkedHashSet<>();
        for (Jid one : all) {
            found.add(check.check(one, "each of " + name));
            if (found.size() > MOST_PEOPLE) {
                throw new IllegalArgumentException(name + " must be at most " + MOST_PEOPLE);
            }
        }
        if (found.size() < least) {
            throw new IllegalArgumentException(name + " must not be empty");
        }
        return new ArrayList<>(found);
    }

    /**
     * The name of a group.
     *
     * @param subject the argument
     * @return the name
     */
    public static String subject(String subject) {
        return text(subject, "subject", 1, LONGEST_SUBJECT);
    }

    /**
     * What a group says about itself.
     *
     * @param description the argument
     * @return the description, possibly empty
     */
    public static String description(String description) {
        return text(description, "description", 0, LONGEST_DESCRIPTION);
    }

    /**
     * Words that people read.
     *
     * @param text the argument
     * @param name its name
     * @param least how many characters it must have
     * @param most how many it may have
     * @return the text
     */
    static String text(String text, String name, int least, int most) {
        requireNonNull(text, name);
        int length = text.codePointCount(0, text.length());
        if (length < least || length > most) {
            throw new IllegalArgumentException(
                    name + " must have " + least + " to " + most + " characters but has " + length);
        }
        if (least > 0 && text.isBlank()) {
            throw new IllegalArgumentException(name + " must not be only space");
        }
        return text;
    }

    /**
     * The code of an invite link, or the link.
     *
     * @param code the argument
     * @param name its name
     * @return the code
     */
    static String code(String code, String name) {
        requireNonNull(code, name);
        String bare = code.startsWith(LINK) ? code.substring(LINK.length()) : code;
        int end = bare.indexOf('?');
        bare = end < 0 ? bare : bare.substring(0, end);
        boolean sound = bare.chars().allMatch(c -> c > ' ' && c < 127 && c != '/');
        if (bare.isEmpty() || bare.length() > LONGEST_CODE || !sound) {
            throw new IllegalArgumentException(
                    name + " must be 1 to " + LONGEST_CODE + " printable ASCII characters without space and slash");
        }
        return bare;
    }

    private interface Check {
        Jid check(Jid jid, String name);
    }
}
