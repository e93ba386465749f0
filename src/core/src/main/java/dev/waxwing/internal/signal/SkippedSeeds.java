package dev.waxwing.internal.signal;

import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.signal.SenderKeyState.MessageKey;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Seeds of group messages that were jumped over, in rows of their own beside the row of the sender key: a popular client
 * leaves out every other number, and all seeds in the key's row would be written with each message.
 *
 * <p>The newest few stay in the key's row. Whenever there are {@link #PAGE} of them they become a page, whose name ends
 * with the number of its last one, so that the page of a number is the first whose name does not lie before it. Within
 * one transaction; not thread-safe.
 */
final class SkippedSeeds {

    /** Seeds in a page. */
    static final int PAGE = 16;

    /** The last 2,000 passed stay readable: a page goes when so many have come behind it. */
    private static final int MOST_PAGES = SenderKeyState.MAX_SKIPPED / PAGE;

    /** Behind all numbers of pages. */
    private static final String END = "~";

    private static final int SEED_BYTES = SenderKeyState.SKIPPED_BYTES;
    private static final int ROWS = 200;
    private static final HexFormat HEX = HexFormat.of();

    private final StoreTransaction tx;

    /**
     * A seed in a page.
     *
     * @param row the page's name
     * @param page the page
     * @param at where in it the seed begins
     */
    record Filed(String row, byte[] page, int at) {

        MessageKey key() {
            return MessageKey.of(Arrays.copyOfRange(page, at + Integer.BYTES, at + SEED_BYTES));
        }

        /** Shows no seed. */
        @Override
        public String toString() {
            return "Filed[" + row + "]";
        }
    }

    SkippedSeeds(StoreTransaction tx) {
        this.tx = tx;
    }

    /**
     * Looks for a seed; nothing changes.
     *
     * @param owner the name of the sender key's row
     */
    @Nullable
    Filed find(String owner, SenderKeyState state, int iteration) {
        String prefix = pagesOf(owner, state);
        List<StoreEntry> found =
                tx.scan(StoreTable.SKIPPED_SENDER_KEYS, prefix + HEX.toHexDigits(iteration), prefix + END, 1);
        if (found.isEmpty()) {
            return null;
        }
        byte[] page = checked(found.get(0).value());
        ByteBuffer seeds = ByteBuffer.wrap(page);
        for (int at = 0; at < page.length; at += SEED_BYTES) {
            if (seeds.getInt(at) == iteration) {
                return new Filed(found.get(0).key(), page, at);
            }
        }
        return null;
    }

    /** Takes out a seed that was used. */
    void remove(Filed used) {
        byte[] rest = new byte[used.page.length - SEED_BYTES];
        System.arraycopy(used.page, 0, rest, 0, used.at);
        System.arraycopy(used.page, used.at + SEED_BYTES, rest, used.at, rest.length - used.at);
        if (rest.length == 0) {
            tx.delete(StoreTable.SKIPPED_SENDER_KEYS, used.row);
        } else {
            tx.put(StoreTable.SKIPPED_SENDER_KEYS, used.row, rest);
        }
    }

    /** Makes pages of what is too much for the key's row, and forgets the oldest pages that are too many. */
    void file(String owner, SenderKeyState state) {
        boolean any = state.held() >= PAGE;
        while (state.held() >= PAGE) {
            byte[] page = state.removeOldest(PAGE);
            int last = ByteBuffer.wrap(page).getInt(page.length - SEED_BYTES);
            tx.put(StoreTable.SKIPPED_SENDER_KEYS, pagesOf(owner, state) + HEX.toHexDigits(last), page);
        }
        if (!any) {
            return;
        }
        String prefix = pagesOf(owner, state);
        List<String> pages = tx.keys(StoreTable.SKIPPED_SENDER_KEYS, prefix, prefix + END, 2 * MOST_PAGES);
        pages.subList(0, Math.max(0, pages.size() - MOST_PAGES))
                .forEach(page -> tx.delete(StoreTable.SKIPPED_SENDER_KEYS, page));
    }

    /** States that are given up take their pages with them. */
    void drop(String owner, Collection<SenderKeyState> states) {
        for (SenderKeyState state : states) {
            deleteAll(pagesOf(owner, state));
        }
    }

    /** Pages of states that go to another row go along. */
    void move(String from, String to, Collection<SenderKeyState> states) {
        for (SenderKeyState state : states) {
            String before = pagesOf(from, state);
            each(before, page -> {
                tx.put(
                        StoreTable.SKIPPED_SENDER_KEYS,
                        pagesOf(to, state) + page.key().substring(before.length()),
                        page.value());
                tx.delete(StoreTable.SKIPPED_SENDER_KEYS, page.key());
            });
        }
    }

    /** Forgets all pages of rows that begin so. */
    void deleteAll(String prefix) {
        each(prefix, page -> tx.delete(StoreTable.SKIPPED_SENDER_KEYS, page.key()));
    }

    private interface OfPage {
        void take(StoreEntry page);
    }

    /** What is done must take the page away. */
    private void each(String prefix, OfPage work) {
        List<StoreEntry> rows = tx.scanPrefix(StoreTable.SKIPPED_SENDER_KEYS, prefix, ROWS);
        while (!rows.isEmpty()) {
            rows.forEach(work::take);
            rows = tx.scanPrefix(StoreTable.SKIPPED_SENDER_KEYS, prefix, ROWS);
        }
    }

    private static byte[] checked(byte[] page) {
        if (page.length == 0 || page.length > PAGE * SEED_BYTES || page.length % SEED_BYTES != 0) {
            throw new StoreFailedException("a stored page of skipped group messages has " + page.length + " bytes");
        }
        return page;
    }

    /** No other state of this row has this number. */
    private static String pagesOf(String owner, SenderKeyState state) {
        return owner + '/' + HEX.toHexDigits(state.id()) + '/';
    }
}
