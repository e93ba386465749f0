package dev.waxwing.store;

import static dev.waxwing.store.AccountStoreContract.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of {@code docs/get-message-and-stores.md}. */
class StoreGuideTest {

    @TempDir
    Path folder;

    @Test
    void givenAccountInTheClear_whenCopiedIntoAnEncryptedOne_thenEverythingIsThere() {
        try (AccountStore old = SqliteStore.at(folder.resolve("old.db"));
                AccountStore fresh = SqliteStore.builder(folder.resolve("account.db"))
                        .encryptionKey(EncryptionContract.KEY)
                        .open()) {
            old.transact(tx -> {
                for (StoreTable table : StoreTables.all()) {
                    IntStream.range(0, 1_234).forEach(i -> tx.put(table, "key " + i, bytes(table + " " + i)));
                }
                return true;
            });

            copy(old, fresh);

            for (StoreTable table : StoreTables.all()) {
                List<StoreEntry> copied = fresh.transact(tx -> tx.scan(table, "", null, 10_000));
                assertThat(copied).hasSize(1_234);
                assertThat(copied).isEqualTo(old.<List<StoreEntry>>transact(tx -> tx.scan(table, "", null, 10_000)));
            }
        }
    }

    private static void copy(AccountStore old, AccountStore fresh) {
        for (StoreTable table : old.<Set<StoreTable>>transact(StoreTransaction::tables)) {
            String start = "";
            while (true) {
                String from = start;
                List<StoreEntry> page = old.transact(tx -> tx.scan(table, from, null, 500));
                if (page.isEmpty()) {
                    break;
                }
                fresh.transact(tx -> {
                    page.forEach(entry -> tx.put(table, entry.key(), entry.value()));
                    return page.size();
                });
                start = page.get(page.size() - 1).key() + " "; // the first key that can follow
            }
        }
    }
}
