package dev.waxwing.store;

import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.threads.SystemTime;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives threads their turn on one database connection and lets those that come together share one commit.
 *
 * <p>The algorithm, without a thread of its own: whoever has the turn runs its work inside the open database
 * transaction (and opens one if there is none), between a mark and the mark's release. If nobody waits for the turn
 * then, it commits. Otherwise it leaves the transaction open, passes the turn on and waits for whoever commits: the
 * last in the line, or the one that makes the group full. Work that throws is rolled back to its own mark and spoils
 * nothing for the others. A failure of the database spoils the whole group, since after one SQLite may have rolled
 * everything back already: all of its members fail then.
 *
 * <p>The turn is passed on only to threads that are in line, and a thread leaves the line by taking the turn or, when
 * its time is up, while somebody else has it: so an open group always has somebody who will decide it.
 */
final class GroupCommit {

    /** The database transaction that turns take place in. Called by one thread at a time. */
    interface Database {
        void begin() throws SQLException;

        void commit() throws SQLException;

        void rollback() throws SQLException;

        void mark() throws SQLException;

        void releaseMark() throws SQLException;

        void rollbackToMark() throws SQLException;
    }

    /**
     * Bounds how long the first of a group waits for the last; beyond it a commit's share in the cost is small anyway.
     */
    static final int MAX_GROUP = 64;

    private final Database database;
    private final Duration turnPatience;
    private final Duration commitPatience;

    private final ReentrantLock state = new ReentrantLock();
    private final Condition turnFree = state.newCondition();
    // All below: under the state lock, and written by the owner of the turn or by whoever takes it.
    private int waiting;
    private @Nullable Thread owner;
    private @Nullable Group open;

    /**
     * @param turnPatience how long a thread stands in line
     * @param commitPatience how long it then waits, its work done, for the one that commits
     */
    GroupCommit(Database database, Duration turnPatience, Duration commitPatience) {
        this.database = database;
        this.turnPatience = turnPatience;
        this.commitPatience = commitPatience;
    }

    /** Runs work in a turn and returns once the transaction it took part in is committed. */
    <T extends @Nullable Object> T run(Supplier<T> work) {
        Group group = join();
        begin(group);
        if (group.failed()) {
            finish(group);
        }
        T answer;
        try {
            answer = work.get();
        } catch (Throwable thrown) {
            leave(group, false);
            try {
                finish(group);
            } catch (StoreFailedException failure) {
                // What the work met is usually this very failure.
                if (failure.getCause() == null || failure.getCause() != thrown.getCause()) {
                    thrown.addSuppressed(failure);
                }
            }
            throw thrown;
        }
        leave(group, true);
        finish(group);
        return answer;
    }

    /** Runs an action in a turn while no transaction is open, after deciding the one that was. */
    void runAlone(Runnable action) {
        takeTurn();
        try {
            Group group = open;
            if (group != null) {
                open = null;
                decide(group);
            }
            action.run();
        } finally {
            passTurn();
        }
    }

    /** Notes that the database failed inside the work that has the turn: its group cannot commit any more. */
    StoreFailedException fail(SQLException cause) {
        Group group = open;
        if (group == null) {
            throw new IllegalStateException("no transaction is open");
        }
        return group.fail(cause);
    }

    /** Throws if {@link #fail} was called in this turn: a statement now could run outside of any transaction. */
    void requireHealthy() {
        Group group = open;
        if (group != null && group.failed()) {
            throw group.failure();
        }
    }

    /** How many threads stand in line for the turn. */
    int waiting() {
        state.lock();
        try {
            return waiting;
        } finally {
            state.unlock();
        }
    }

    private Group join() {
        takeTurn();
        Group group = open;
        if (group == null) {
            group = new Group(state.newCondition());
            open = group;
        }
        group.members++;
        return group;
    }

    private void begin(Group group) {
        try {
            if (group.members == 1) {
                database.begin();
            }
            database.mark();
        } catch (SQLException | RuntimeException | Error e) {
            group.fail(e);
        }
    }

    private void leave(Group group, boolean keep) {
        if (group.failed()) {
            return;
        }
        try {
            if (keep) {
                database.releaseMark();
            } else {
                database.rollbackToMark();
                database.releaseMark();
            }
        } catch (SQLException | RuntimeException | Error e) {
            group.fail(e);
        }
    }

    private void finish(Group group) {
        if (mayPassOn(group)) {
            awaitDecision(group);
        } else {
            open = null;
            decide(group);
            passTurn();
        }
        if (group.failed()) {
            throw group.failure();
        }
    }

    /** Passes the turn on with the group open, if there is somebody who will go on with it. */
    private boolean mayPassOn(Group group) {
        state.lock();
        try {
            if (waiting == 0 || group.members >= MAX_GROUP || group.failed()) {
                return false;
            }
            passTurn();
            return true;
        } finally {
            state.unlock();
        }
    }

    private void decide(Group group) {
        if (!group.failed()) {
            try {
                database.commit();
            } catch (SQLException | RuntimeException | Error e) {
                group.fail(e);
            }
        }
        if (group.failed()) {
            try {
                database.rollback();
            } catch (SQLException | RuntimeException | Error e) {
                // Often the database has rolled back by itself and says so. If not, the next begin fails: nothing
                // commits by accident.
                group.suppress(e);
            }
        }
        state.lock();
        try {
            group.decided = true;
            group.decision.signalAll();
        } finally {
            state.unlock();
        }
    }

    private void takeTurn() {
        state.lock();
        try {
            if (owner == Thread.currentThread()) {
                throw new IllegalStateException("already in a transaction of this store on this thread");
            }
            waiting++;
            boolean free;
            try {
                free = await(turnFree, turnPatience, () -> owner == null);
            } finally {
                waiting--;
            }
            if (!free) {
                throw new StoreFailedException(
                        "no turn within " + turnPatience + ": another transaction of this store runs too long");
            }
            owner = Thread.currentThread();
        } finally {
            state.unlock();
        }
    }

    private void passTurn() {
        state.lock();
        try {
            owner = null;
            turnFree.signal();
        } finally {
            state.unlock();
        }
    }

    private void awaitDecision(Group group) {
        state.lock();
        try {
            if (!await(group.decision, commitPatience, () -> group.decided)) {
                throw new StoreFailedException("no commit within " + commitPatience
                        + ": another transaction of this store runs too long; this one may still be committed later");
            }
        } finally {
            state.unlock();
        }
    }

    /** Waits through interrupts, which must not leave a group undecided; the thread stays interrupted afterwards. */
    private static boolean await(Condition condition, Duration patience, BooleanSupplier reached) {
        boolean interrupted = false;
        long left = TimeUnit.NANOSECONDS.convert(patience);
        try {
            while (!reached.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                long started = SystemTime.nanoTime();
                try {
                    left = condition.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                    left -= SystemTime.nanoTime() - started;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Works that share one database transaction. Written by the owner of the turn until decided, then never. */
    private static final class Group {
        private final Condition decision;
        private int members;
        private boolean decided;
        private @Nullable Throwable cause;

        Group(Condition decision) {
            this.decision = decision;
        }

        boolean failed() {
            return cause != null;
        }

        StoreFailedException fail(Throwable cause) {
            if (this.cause == null) {
                this.cause = cause;
            }
            return failure();
        }

        void suppress(Throwable later) {
            if (cause != null && cause != later) {
                cause.addSuppressed(later);
            }
        }

        /** One for each member, so that each has the stack of its own thread. */
        StoreFailedException failure() {
            return new StoreFailedException("the transaction was not committed: " + message(), cause);
        }

        private String message() {
            return cause == null ? "unknown" : String.valueOf(cause.getMessage());
        }
    }
}
