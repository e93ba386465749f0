package dev.waxwing.store;

/** With the application's own data source, here one that does not pool. */
class PostgresDataSourceContractIT extends AccountStoreContract {

    @Override
    AccountStore openStore() {
        return PostgresStore.builder(LocalPostgres.dataSource())
                .schema(LocalPostgres.newSchema())
                .open();
    }
}
