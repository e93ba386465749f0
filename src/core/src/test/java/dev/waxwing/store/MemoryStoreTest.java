package dev.waxwing.store;

class MemoryStoreTest extends AccountStoreContract {

    @Override
    AccountStore openStore() {
        return MemoryStore.create();
    }
}
