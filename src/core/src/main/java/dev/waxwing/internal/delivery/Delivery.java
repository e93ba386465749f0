package dev.waxwing.internal.delivery;

import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.PeerTransaction;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.Destination;
import dev.waxwing.internal.content.StanzaKind;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;
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
     * @param to where the message goes, as the application named it
     * @param self this account
     * @param listed called when the devices are known, before sessions are made
     * @return completes with those a message goes to now, when sessions with those that can be had are made
     */
    CompletionStage<Addressees> addressees(Destination to, Self self, Runnable listed);

    /** The devices that the next messages to one chat go to. */
    interface Addressees {

        /**
         * Those that something is encrypted for pairwise, whose ratchets a transaction holds.
         *
         * @return the devices, as their sessions are filed
         */
        List<Jid> devices();

        /**
         * The people that the message goes to where the chat does not say it: they are noted with what was sent.
         *
         * @return the people without devices; empty for a person and a group
         */
        default List<Jid> recipients() {
            return List.of();
        }

        /**
         * What is done before the transaction, so that it does not hold up the store's other users.
         *
         * @param key the message's key
         * @param createdAt when the application sent it
         * @param message its content
         * @param kind its stanza's attributes
         * @return what is left to do in the transaction
         */
        Prepared prepare(MessageKey key, Instant createdAt, Message message, StanzaKind kind);
    }

    /** A message of which only encryption is left. */
    interface Prepared {

        /**
         * The content as it goes out.
         *
         * @return the content with what this chat adds to it
         */
        Message message();

        /**
         * Steps 4 and 5, in one transaction: the outbox keeps the finished stanza.
         *
         * @param devices those of {@link Addressees#devices} that there is a session with
         * @param peers the transaction's ratchets
         * @param encrypted called between the two steps
         * @return the stanza
         * @throws dev.waxwing.error.ServerRefusedException if there is no device to send to
         * @throws OutdatedAddresseesException if a message does not go to these any more; the transaction is to be
         *     rolled back
         */
        Node seal(List<Jid> devices, PeerTransaction peers, Runnable encrypted);
    }
}
