package dev.waxwing.internal.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.model.Jid;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.Base64;
import java.util.Collection;

/**
 * Which messages were received lately, so that none is delivered twice. The ratchet recognises a ciphertext that comes again; this
 * recognises a message that comes again in another ciphertext: one popular client sends a message anew to all devices, without
 * saying so, when only one of them asked.
 */
final class SeenMessages {

    /** The oldest is forgotten for the newest. */
    static final int REMEMBERED = 20_000;

    private static final String BY_MESSAGE = "seen/";
    private static final String BY_NUMBER = "seen-no/";

    private SeenMessages() {}

    /**
     * Notes a message.
     *
     * @param number counts the messages of the account, without gaps
     * @param id as the author wrote it
     * @param author every form of the author that is known; the first is written down
     * @return false if it was seen before, and then nothing changes
     */
    static boolean add(StoreTransaction transaction, long number, String id, Collection<Jid> author) {
        if (contains(transaction, id, author)) {
            return false;
        }
        String key = key(id, author.iterator().next());
        transaction.put(StoreTable.INBOX, key, new byte[0]);
        transaction.put(StoreTable.INBOX, key(number), key.getBytes(UTF_8));
        String oldest = key(number - REMEMBERED);
        byte[] forgotten = number < REMEMBERED ? null : transaction.get(StoreTable.INBOX, oldest);
        if (forgotten != null) {
            transaction.delete(StoreTable.INBOX, new String(forgotten, UTF_8));
            transaction.delete(StoreTable.INBOX, oldest);
        }
        return true;
    }

    static boolean contains(StoreTransaction transaction, String id, Collection<Jid> author) {
        return author.stream().anyMatch(form -> transaction.get(StoreTable.INBOX, key(id, form)) != null);
    }

    /** A hash, for an id may hold anything, at any length. */
    private static String key(String id, Jid author) {
        byte[] hash = Digests.sha256((author.withoutDevice() + "/" + id).getBytes(UTF_8));
        return BY_MESSAGE + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    private static String key(long number) {
        return BY_NUMBER + number;
    }
}
