package dev.waxwing.store;

class PostgresStoreContractIT extends AccountStoreContract {

    @Override
    AccountStore openStore() {
        return PostgresStore.builder(LocalPostgres.url())
                .schema(LocalPostgres.newSchema())
                .open();
    }
}
