package dev.waxwing.internal.area;

import dev.waxwing.internal.content.ContentEncoder;
import dev.waxwing.internal.content.StanzaKind;
import dev.waxwing.internal.stream.LoginHook;
import dev.waxwing.internal.stream.routing.StanzaHandler;
import dev.waxwing.model.ReceiptType;
import dev.waxwing.model.content.Content;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.store.StoreTable;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where an area says what it handles. The most specific registration wins. A second one for the same thing is a mistake
 * of the program and refused with {@link IllegalStateException}.
 */
public interface Registrations {

    /**
     * Takes stanzas of a tag: {@code message}, {@code receipt}, {@code notification}, {@code call}, {@code presence},
     * {@code chatstate}, {@code ib}.
     *
     * <p>Several areas may own different children of one type, for example of {@code notification/account_sync}. If one
     * stanza has children of several owners, each of them gets it, and it is acknowledged when all are done. Children
     * that nobody owns are acknowledged.
     *
     * @param tag the tag
     * @param type the {@code type} attribute; null for any
     * @param child the tag of a child that it must have; null for any
     * @param handler takes the whole stanza
     */
    void stanza(String tag, @Nullable String type, @Nullable String child, StanzaHandler handler);

    /**
     * Takes the iqs of type get or set that the server sends.
     *
     * @param xmlns the iq's namespace, for example {@code md}
     * @param child the tag of its first child, for example {@code pair-device}
     * @param handler answers it: {@link dev.waxwing.internal.stream.routing.Acknowledgement#ACK} sends the empty
     *     result; a handler that answers with more sends its own result and gives {@link
     *     dev.waxwing.internal.stream.routing.Acknowledgement#NOTHING}
     */
    void iq(String xmlns, String child, StanzaHandler handler);

    /**
     * Takes receipts of one type.
     *
     * @param type the type
     * @param handler takes the receipt
     */
    default void receipt(ReceiptType type, StanzaHandler handler) {
        stanza("receipt", type.wireName(), null, handler);
    }

    /**
     * Takes protocol messages of one type, which are messages that speak to the client and not to people.
     *
     * @param type the type
     * @param handler called inside the transaction that opened the message
     */
    void received(ProtocolMessage.Type type, ReceivedHandler handler);

    /**
     * Makes a kind of content one that can be sent.
     *
     * @param <C> the kind
     * @param kind its class
     * @param encoder gives it its wire form
     */
    <C extends Content> void content(Class<C> kind, ContentEncoder<C> encoder);

    /**
     * Says what the server is told of a kind of message, whether it is sent as content or raw, for the first time or
     * again.
     *
     * @param carries whether a message is of the kind, for example {@code Message::hasPinInChatMessage}
     * @param attributes given the message, its attributes
     */
    void contentStanza(Predicate<Message> carries, Function<Message, StanzaKind> attributes);

    /**
     * Runs at every login, before the stream opens.
     *
     * @param hook what to run
     */
    void onLogin(LoginHook hook);

    /**
     * Claims a table of the account's store: no other area may write to it.
     *
     * @param table the table
     */
    void table(StoreTable table);
}
