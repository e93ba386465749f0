package dev.waxwing.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class EncryptedSqliteStoreContractTest extends AccountStoreContract {

    @TempDir
    Path folder;

    @Override
    AccountStore openStore() {
        return SqliteStore.builder(folder.resolve("account.db"))
                .encryptionKey(EncryptionContract.KEY)
                .open();
    }
}
