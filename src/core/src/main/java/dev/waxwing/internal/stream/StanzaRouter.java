package dev.waxwing.internal.stream;

/**
 * Where areas register for the stanzas they understand. The most specific registration wins; a second one for the same place is an error
 * of the program. Register before the stream is started.
 */
public interface StanzaRouter {

    /**
     * Registers for a tag, whatever its type: {@code message}, {@code receipt}, {@code call}, {@code presence}, {@code chatstate}…
     *
     * @param tag the tag
     * @param handler what to do
     * @throws IllegalStateException if there is a handler for it
     */
    void on(String tag, StanzaHandler handler);

    /**
     * Registers for one type of a tag: the {@code type} attribute of a {@code notification}, {@code receipt}…; for {@code ib} the tag of a child
     * ({@code dirty}, {@code downgrade_webclient}…; the handler gets the whole {@code ib}).
     *
     * @param tag the tag
     * @param type the type
     * @param handler what to do
     * @throws IllegalStateException if there is a handler for it
     */
    void on(String tag, String type, StanzaHandler handler);

    /**
     * Registers for an {@code iq} of type get or set that the server sends. {@link Acknowledgement#ACK} sends the empty result; a handler
     * that answers with more sends its own result and gives {@link Acknowledgement#NOTHING}.
     *
     * @param xmlns the iq's namespace, for example {@code md}
     * @param childTag the tag of its first child, for example {@code pair-device}
     * @param handler what to do
     * @throws IllegalStateException if there is a handler for it
     */
    void onIq(String xmlns, String childTag, StanzaHandler handler);
}
