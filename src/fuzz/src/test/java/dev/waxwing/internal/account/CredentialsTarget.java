package dev.waxwing.internal.account;

import dev.waxwing.error.StoreFailedException;
import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.fuzz.Stanzas;
import dev.waxwing.fuzz.StoreImage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import java.util.List;

/**
 * The credentials' row, damaged. Refused with {@link StoreFailedException} only; never replaced by fresh ones, whatever
 * stands there.
 */
public final class CredentialsTarget implements FuzzTarget {

    private final AccountStore store = MemoryStore.create();

    @Override
    public List<byte[]> seeds() {
        return List.of(
                CredentialsCodec.toRecord(Credentials.create()).toByteArray(),
                CredentialsCodec.toRecord(Stanzas.own().toBuilder()
                                .account(new byte[100])
                                .pushName("Bob")
                                .platform("android")
                                .businessName("Shop")
                                .routingInfo(new byte[] {1, 2})
                                .build())
                        .toByteArray());
    }

    @Override
    public void accept(byte[] input) {
        store.transact(tx -> {
            tx.put(StoreTable.CREDENTIALS, "current", input);
            return true;
        });
        StoreImage image = StoreImage.of(store, StoreTable.CREDENTIALS);
        try {
            new CredentialsStore(store).loadOrCreate();
        } catch (StoreFailedException e) {
            // Refused as promised.
        }
        image.assertUnchanged();
    }
}
