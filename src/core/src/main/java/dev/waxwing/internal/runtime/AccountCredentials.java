package dev.waxwing.internal.runtime;

import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.account.Self;
import dev.waxwing.store.AccountStore;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** One account's credentials as they are now. Thread-safe. */
final class AccountCredentials {

    private final CredentialsStore store;
    private final Optional<String> configuredName;
    private volatile Credentials current;
    private volatile Consumer<Credentials> listener = changed -> {};

    /**
     * Reads the credentials, or makes fresh ones.
     *
     * @param configuredName the push name to go by until the account has one
     * @throws dev.waxwing.error.StoreFailedException if the store cannot be read or holds damaged credentials
     */
    AccountCredentials(AccountStore accountStore, Optional<String> configuredName) {
        this.configuredName = configuredName;
        store = new CredentialsStore(accountStore);
        current = store.loadOrCreate();
    }

    /** Sets who hears of every change, on the thread that made it. */
    void onChange(Consumer<Credentials> whenChanged) {
        listener = whenChanged;
    }

    CredentialsStore store() {
        return store;
    }

    Credentials current() {
        return current;
    }

    Self self() {
        Credentials own = current;
        return new Self(own.me(), own.lid(), own.pushName().or(() -> configuredName));
    }

    PublicIdentity publicIdentity() {
        return PublicIdentity.of(current);
    }

    /** Stores a change. Not for the event loop. */
    void change(UnaryOperator<Credentials> change) {
        changed(store.update(change));
    }

    /** Takes over credentials that are stored already. */
    void changed(Credentials stored) {
        current = stored;
        listener.accept(stored);
    }
}
