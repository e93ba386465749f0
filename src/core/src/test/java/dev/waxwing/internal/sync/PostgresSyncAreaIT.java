package dev.waxwing.internal.sync;

import dev.waxwing.store.AccountStore;
import dev.waxwing.store.LocalPostgres;
import dev.waxwing.store.PostgresStore;

class PostgresSyncAreaIT extends SyncAreaContract {

    @Override
    AccountStore openStore() {
        return PostgresStore.builder(LocalPostgres.url())
                .schema(LocalPostgres.newSchema())
                .open();
    }
}
