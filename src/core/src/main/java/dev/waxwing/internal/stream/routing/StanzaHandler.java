package dev.waxwing.internal.stream.routing;

import dev.waxwing.internal.binary.Node;
import java.util.concurrent.CompletionStage;

/** What an area does with a stanza from the server. */
@FunctionalInterface
public interface StanzaHandler {

    /**
     * Takes one stanza. Called on the event loop in the order of arrival; must not block. Stanzas go on arriving while
     * the stage is pending.
     *
     * <p>If the stage fails: a {@code message} gets no answer when the failure may pass ({@link
     * dev.waxwing.error.StoreFailedException}, a full queue, a closing socket), so that the server delivers it again,
     * and otherwise a nack (487 malformed, 500 else). Other classes get no answer when the failure may pass, and
     * otherwise their ack.
     *
     * @param stanza the stanza
     * @return completes with what is owed to the server, once the effect of the stanza is stored
     */
    CompletionStage<Acknowledgement> handle(Node stanza);
}
