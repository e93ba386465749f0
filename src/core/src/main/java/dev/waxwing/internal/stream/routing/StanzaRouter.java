package dev.waxwing.internal.stream.routing;

import org.jspecify.annotations.Nullable;

/**
 * Where handlers of stanzas are registered. The most specific registration wins: type and child, then type, then child,
 * then the tag alone; a second one for the same place is an error of the program. Register before the stream is
 * started.
 */
public interface StanzaRouter {

    /**
     * Registers for a tag, whatever its type: {@code message}, {@code receipt}, {@code call}, {@code presence},
     * {@code chatstate}…
     *
     * @param tag the tag
     * @param handler what to do
     * @throws IllegalStateException if there is a handler for it
     */
    default void on(String tag, StanzaHandler handler) {
        on(tag, null, null, handler);
    }

    /**
     * Registers for one type of a tag: the {@code type} attribute of a {@code notification}, {@code receipt}…
     *
     * @param tag the tag
     * @param type the type
     * @param handler what to do
     * @throws IllegalStateException if there is a handler for it
     */
    default void on(String tag, String type, StanzaHandler handler) {
        on(tag, type, null, handler);
    }

    /**
     * Registers for a tag, a type of it, and a child. A stanza with children of several registrations goes to each of
     * them, and is answered when all are done.
     *
     * @param tag the tag
     * @param type the {@code type} attribute, which is empty where the stanza has none; null for any
     * @param child the tag of a child that it must have, for example {@code dirty} of {@code ib}; null for any
     * @param handler what to do; gets the whole stanza
     * @throws IllegalStateException if there is a handler for it
     */
    void on(String tag, @Nullable String type, @Nullable String child, StanzaHandler handler);

    /**
     * Registers for an {@code iq} of type get or set that the server sends. {@link Acknowledgement#ACK} sends the empty
     * result; a handler that answers with more sends its own result and gives {@link Acknowledgement#NOTHING}.
     *
     * @param xmlns the iq's namespace, for example {@code md}
     * @param childTag the tag of its first child, for example {@code pair-device}
     * @param handler what to do
     * @throws IllegalStateException if there is a handler for it
     */
    void onIq(String xmlns, String childTag, StanzaHandler handler);
}
