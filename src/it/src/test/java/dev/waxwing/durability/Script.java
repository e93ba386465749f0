package dev.waxwing.durability;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The messages that one side of a run writes: so many, numbered from 1, each with an id and a text of its own. Every
 * fourth goes to a group, where a run has one.
 *
 * @param author an upper-case hex digit, since ids consist of them
 * @param size how many
 */
record Script(char author, int size) {

    private static final int EVERY = 4;
    private static final Pattern ID = Pattern.compile("3EB0[0-9A-F]([0-9A-F]{17})");
    private static final int HEX = 16;

    /** The id of a message, which stays the same however often it is sent. */
    String id(int number) {
        return String.format("3EB0%c%017X", author, number);
    }

    /** Whether an id is of a message that somebody's script has; otherwise the server tells something. */
    static boolean isWritten(String id) {
        return ID.matcher(id).matches();
    }

    /** Whether a message goes to the group, however often it is sent. */
    static boolean isForGroup(String id) {
        Matcher matcher = ID.matcher(id);
        return matcher.matches() && Long.parseLong(matcher.group(1), HEX) % EVERY == 0;
    }

    /** How many of them go to the group. */
    int forGroup() {
        return size / EVERY;
    }

    List<String> ids() {
        List<String> ids = new ArrayList<>(size);
        for (int number = 1; number <= size; number++) {
            ids.add(id(number));
        }
        return ids;
    }

    /** What is in the message of an id; no two are alike. */
    static String text(String id) {
        return "The text of message " + id;
    }
}
