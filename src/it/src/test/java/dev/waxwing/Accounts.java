package dev.waxwing;

import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The accounts of one test and their server. All that the test opened is closed behind it, the last one first. */
public final class Accounts implements AfterEachCallback {

    private final LoopbackServer server;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /** For accounts at this server, which is closed last. */
    public Accounts(LoopbackServer server) {
        this.server = server;
        open.push(server);
    }

    /** Closes it behind the test. */
    public <C extends AutoCloseable> C keep(C opened) {
        if (!open.contains(opened)) {
            open.push(opened);
        }
        return opened;
    }

    AccountStore store() {
        return keep(MemoryStore.create());
    }

    /** Links a device of the account and waits until it is open. */
    Client client(String account) throws Exception {
        return client(account, config -> config);
    }

    Client client(String account, UnaryOperator<SocketConfig.Builder> options) throws Exception {
        return client(account, store(), options);
    }

    Client client(String account, AccountStore store) throws Exception {
        return client(account, store, config -> config);
    }

    Client client(String account, AccountStore store, UnaryOperator<SocketConfig.Builder> options) throws Exception {
        keep(store);
        return keep(Client.open(server, account, store, options));
    }

    /** What is open by now; for tests that look at what is left behind. */
    void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        close();
    }
}
