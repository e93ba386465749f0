package dev.waxwing.testkit.server;

import dev.waxwing.testkit.state.Accounts;
import dev.waxwing.testkit.state.SeededRandom;
import dev.waxwing.testkit.state.ServerSettings;
import dev.waxwing.testkit.state.ServerThread;
import dev.waxwing.testkit.state.ShiftedClock;
import dev.waxwing.testkit.traffic.Faults;
import dev.waxwing.testkit.traffic.Journal;

/**
 * What everything in the server works on: the thread, time and chance, who exists, what was said, and who handles it.
 */
final class ServerState {

    private final ServerThread thread;
    private final ServerSettings settings;
    private final ShiftedClock clock;
    private final SeededRandom random;
    private final Journal journal;
    private final Faults faults;
    private final Handlers handlers = new Handlers();
    private final Accounts accounts;
    private long lastId;

    ServerState(ServerThread thread, ServerSettings settings) {
        this.thread = thread;
        this.settings = settings;
        this.clock = new ShiftedClock(settings.clock());
        this.random = new SeededRandom(settings.seed());
        this.journal = new Journal(thread, clock, settings.journalLimit());
        this.faults = new Faults(thread, random);
        this.accounts = new Accounts(random, settings.maxAccounts(), handlers::accountCreated);
    }

    ServerThread thread() {
        return thread;
    }

    ServerSettings settings() {
        return settings;
    }

    ShiftedClock clock() {
        return clock;
    }

    SeededRandom random() {
        return random;
    }

    Journal journal() {
        return journal;
    }

    Faults faults() {
        return faults;
    }

    Handlers handlers() {
        return handlers;
    }

    Accounts accounts() {
        return accounts;
    }

    String nextId() {
        return "srv-" + ++lastId;
    }
}
