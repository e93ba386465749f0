package dev.waxwing.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The server and the raw devices of one test. All of them are closed behind it, the server last. */
final class RawDevices implements AfterEachCallback {

    private final LoopbackServer server;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /** At a server with the defaults. */
    RawDevices() {
        this(LoopbackServer.start());
    }

    RawDevices(LoopbackServer server) {
        this.server = server;
        open.push(server);
    }

    LoopbackServer server() {
        return server;
    }

    /** Links another device of the account, which takes traffic. */
    RawDevice online(String account) throws Exception {
        return keep(RawDevice.online(server, account));
    }

    /** Links another device of the account, which takes no traffic yet. */
    RawDevice linked(String account) throws Exception {
        return keep(RawDevice.link(server, account));
    }

    private RawDevice keep(RawDevice device) {
        open.push(device);
        return device;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
