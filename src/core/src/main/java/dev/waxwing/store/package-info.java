/**
 * Where an account keeps its keys, ratchet states and undelivered messages: the {@link dev.waxwing.store.AccountStore}
 * an application may implement, and the stores that come with the library.
 *
 * <p>An application chooses a store and hands it to its socket; it rarely calls one itself:
 *
 * <pre>{@code
 * AccountStore store = SqliteStore.at(Path.of("account.db"));
 * byte[] blob = store.transact(tx -> tx.get(StoreTable.CREDENTIALS, "me"));
 * store.close();
 * }</pre>
 *
 * <p>All an account needs is sorted byte values under short ASCII keys in a handful of {@linkplain
 * dev.waxwing.store.StoreTable tables}, and one promise: what {@link dev.waxwing.store.AccountStore#transact transact}
 * did is there in full when it returns and not there at all when it throws. A ratchet step and the message it belongs
 * to are always written in one such transaction.
 */
@NullMarked
package dev.waxwing.store;

import org.jspecify.annotations.NullMarked;
