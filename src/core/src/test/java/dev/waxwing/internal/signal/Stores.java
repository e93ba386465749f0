package dev.waxwing.internal.signal;

import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.SqliteStore;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** The kinds of store that every test of this package runs against, and those that a test opened. */
public final class Stores implements AutoCloseable {

    /** What keeps the rows. */
    public enum Kind {
        MEMORY,
        SQLITE
    }

    private final Kind kind;
    private final Path folder;
    private final Deque<AccountStore> open = new ArrayDeque<>();

    public Stores(Kind kind, Path folder) {
        this.kind = kind;
        this.folder = folder;
    }

    public AccountStore open() {
        AccountStore store = kind == Kind.MEMORY
                ? MemoryStore.create()
                : SqliteStore.at(folder.resolve("account" + open.size() + ".db"));
        open.push(store);
        return store;
    }

    @Override
    public void close() {
        open.forEach(AccountStore::close);
    }
}
