package dev.waxwing.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreContractTest extends AccountStoreContract {

    @TempDir
    Path folder;

    @Override
    AccountStore openStore() {
        return SqliteStore.at(folder.resolve("account.db"));
    }
}
