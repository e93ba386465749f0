package dev.waxwing.internal.outbox;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntConsumer;

/**
 * Whether everything that was stored before has gone out on the present connection. What is new waits behind it until
 * then, or it would overtake: it may have been encrypted while one connection was lost and the next one opened.
 * Thread-safe.
 */
final class CatchUp {

    private int login;
    private boolean isConnected;
    private boolean isDone;
    private final Deque<IntConsumer> behind = new ArrayDeque<>();

    /** There is a new connection, on which nothing has gone out. */
    synchronized void begin() {
        isConnected = true;
        isDone = false;
        login++;
    }

    /** The connection is gone. */
    synchronized void interrupted() {
        isConnected = false;
        isDone = false;
        login++;
    }

    /** The number of the present login. */
    synchronized int login() {
        return login;
    }

    /** Whether a login is the present one. */
    synchronized boolean isCurrent(int which) {
        return login == which;
    }

    /** Whether there is a connection, and something stored may not have gone out on it. */
    synchronized boolean isLeft() {
        return isConnected && !isDone;
    }

    /**
     * Everything stored has gone out after a login; now that goes out which came meanwhile. Does nothing if that login
     * is past.
     */
    synchronized void end(int which) {
        if (!isConnected || login != which) {
            return;
        }
        isDone = true;
        for (IntConsumer next = behind.poll(); next != null; next = behind.poll()) {
            next.accept(login);
        }
    }

    /**
     * Sends something that is stored already, now or once its turn has come.
     *
     * @param sending gets the number of the login; quick, and must not come back here
     */
    synchronized void send(IntConsumer sending) {
        if (isDone) {
            sending.accept(login);
        } else {
            behind.add(sending);
        }
    }
}
