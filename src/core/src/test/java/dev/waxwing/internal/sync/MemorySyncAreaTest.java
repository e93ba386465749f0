package dev.waxwing.internal.sync;

import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;

class MemorySyncAreaTest extends SyncAreaContract {

    @Override
    AccountStore openStore() {
        return MemoryStore.create();
    }
}
