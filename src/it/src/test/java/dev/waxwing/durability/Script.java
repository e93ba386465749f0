package dev.waxwing.durability;

import java.util.ArrayList;
import java.util.List;

/**
 * The messages that one side of a run writes: so many, numbered from 1, each with an id and a text of its own.
 *
 * @param author an upper-case hex digit, since ids consist of them
 * @param size how many
 */
record Script(char author, int size) {

    /** The id of a message, which stays the same however often it is sent. */
    String id(int number) {
        return String.format("3EB0%c%017X", author, number);
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
