package dev.waxwing.internal.binary;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The words that travel as one or two bytes: version 3 of the dictionary, equal in Baileys and whatsmeow. Words are
 * compared exactly, by case too.
 */
final class TokenDictionary {

    /** Version that the client announces in the connection's first bytes. */
    static final int VERSION = 3;

    private static final int TABLES = 4;
    private static final int TABLE_SIZE = 256;
    private static final String RESOURCE = "tokens.txt";

    /** Entry 0 stands for the empty list and is never a word. */
    private static final String[] SINGLE = new String[WireTag.DICTIONARY_0];

    private static final String[][] DOUBLE = new String[TABLES][TABLE_SIZE];
    private static final Map<String, Integer> CODES = new HashMap<>(4096);
    private static final int LONGEST;

    static {
        List<String> words = read();
        if (words.size() != SINGLE.length - 1 + TABLES * TABLE_SIZE) {
            throw new IllegalStateException(RESOURCE + " has " + words.size() + " words");
        }
        int longest = 0;
        SINGLE[0] = "";
        for (int i = 0; i < words.size(); i++) {
            // Interned, so that a comparison with a literal is one of references.
            String word = words.get(i).intern();
            longest = Math.max(longest, word.length());
            int rest = i + 1 - SINGLE.length;
            if (rest < 0) {
                SINGLE[i + 1] = word;
                CODES.put(word, i + 1);
            } else {
                int table = rest / TABLE_SIZE;
                int index = rest % TABLE_SIZE;
                DOUBLE[table][index] = word;
                CODES.put(word, (WireTag.DICTIONARY_0 + table) << 8 | index);
            }
        }
        LONGEST = longest;
    }

    private TokenDictionary() {}

    /** The word of one byte, 1 to 235. */
    static String single(int index) {
        return SINGLE[index];
    }

    /** The word of two bytes: table 0 to 3, index 0 to 255. */
    static String extended(int table, int index) {
        return DOUBLE[table][index];
    }

    /**
     * The code of a word: below 256 one byte; else two, the table's tag in the high one; -1 if it is not in the
     * dictionary.
     */
    static int codeOf(String word) {
        if (word.length() > LONGEST) {
            return -1;
        }
        Integer code = CODES.get(word);
        return code == null ? -1 : code;
    }

    private static List<String> read() {
        try (InputStream in = TokenDictionary.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing beside " + TokenDictionary.class.getName());
            }
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
