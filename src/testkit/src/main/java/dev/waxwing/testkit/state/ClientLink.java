package dev.waxwing.testkit.state;

import dev.waxwing.internal.binary.Node;
import java.util.Optional;
import java.util.function.Consumer;

/** The server's end of the connection of one client. Belongs to the server's thread. */
public interface ClientLink {

    /**
     * What the journal knows it by.
     *
     * @return counts from 1
     */
    int id();

    /**
     * Who it is.
     *
     * @return the device, or nothing before the login
     */
    Optional<Device> device();

    /**
     * Whether odd input is answered as the real service answers it.
     *
     * @return true in strict mode
     */
    boolean isStrict();

    /**
     * Sets the mode of this connection.
     *
     * @param strict whether odd input is answered as the real service answers it
     */
    void strict(boolean strict);

    /**
     * Whether it still stands.
     *
     * @return false once the socket is closed
     */
    boolean isOpen();

    /**
     * Sends a stanza, unless a fault rule has other plans. Nothing happens if the connection is gone; a client that
     * leaves tens of megabytes unread is cut off.
     *
     * @param stanza complete
     */
    void send(Node stanza);

    /**
     * Sends an iq and waits for its answer.
     *
     * @param iq complete, with an id
     * @param onAnswer told the result or error; never, if none comes
     */
    void ask(Node iq, Consumer<Node> onAnswer);

    /**
     * Runs something when the network has taken all that was sent so far and whoever else has something to do had a
     * turn.
     *
     * @param task what to do; never run if the connection is gone by then
     */
    void whenWritten(Runnable task);

    /**
     * Ends the stream with {@code <stream:error>}, and closes as {@link #end} does.
     *
     * @param code its code, or nothing
     * @param child its child, or nothing
     */
    void streamError(Optional<Integer> code, Optional<Node> child);

    /**
     * Sends a last stanza, past all fault rules, and closes when the client has closed or had its time to.
     *
     * @param lastWord why the connection ends
     */
    void end(Node lastWord);

    /**
     * Closes the connection after all that was sent is out.
     *
     * @param code WebSocket close code, or 0 to close the socket without a word
     */
    void close(int code);

    /**
     * Seals and sends a frame that need be no stanza.
     *
     * @param plaintext what the client finds when it has opened the frame: the flag byte, then the encoded node
     */
    void sendFrame(byte[] plaintext);

    /** Reads and writes nothing from here on, without closing. */
    void goSilent();
}
