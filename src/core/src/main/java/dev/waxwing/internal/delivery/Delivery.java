package dev.waxwing.internal.delivery;

import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.PeerTransaction;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.StanzaKind;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * How messages reach one kind of audience: whose devices get them, encrypted how, in what stanza; steps 3 to 5 of
 * sending.
 */
public interface Delivery {

    /**
     * Step 3.
     *
     * @param to the address as the application named it
     * @param self this account
     * @param listed called when the devices are known, before sessions are made
     * @return completes with the devices to encrypt for, as their sessions are filed, when sessions with those that can
     *     be had are made
     */
    CompletionStage<List<Jid>> devices(Jid to, Self self, Runnable listed);

    /**
     * What is done before the transaction, so that it does not hold up the store's other users.
     *
     * @param key the message's key
     * @param message its content
     * @param kind its stanza's attributes
     * @param self this account
     * @return what is left to do in the transaction
     */
    Prepared prepare(MessageKey key, Message message, StanzaKind kind, Self self);

    /** A message of which only encryption is left. */
    interface Prepared {

        /**
         * Steps 4 and 5, in one transaction: the outbox keeps the finished stanza.
         *
         * @param devices those that there is a session with
         * @param peers the transaction's ratchets
         * @param encrypted called between the two steps
         * @return the stanza
         * @throws dev.waxwing.error.ServerRefusedException if there is no device to send to
         */
        Node seal(List<Jid> devices, PeerTransaction peers, Runnable encrypted);
    }
}
