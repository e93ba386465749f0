package dev.waxwing.store;

class EncryptedPostgresStoreContractIT extends AccountStoreContract {

    @Override
    AccountStore openStore() {
        return PostgresStore.builder(LocalPostgres.url())
                .schema(LocalPostgres.newSchema())
                .encryptionKey(EncryptionContract.KEY)
                .open();
    }
}
