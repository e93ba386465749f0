package dev.waxwing.internal.sync;

import dev.waxwing.store.AccountStore;
import dev.waxwing.store.SqliteStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteSyncAreaTest extends SyncAreaContract {

    @TempDir
    Path folder;

    @Override
    AccountStore openStore() {
        return SqliteStore.at(folder.resolve("account.db"));
    }
}
