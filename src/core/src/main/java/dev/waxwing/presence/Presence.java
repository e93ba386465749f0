package dev.waxwing.presence;

import dev.waxwing.model.Jid;
import java.util.concurrent.CompletableFuture;

/**
 * Who is there and who types, of this account and of others; from {@code Socket.presence()}. What others say is
 * published as {@link PresenceEvents#PRESENCE_UPDATE}.
 *
 * <p>Every future completes when the stanza is written to the socket: the server confirms none of them. Without a
 * connection it fails with {@link dev.waxwing.error.ConnectionLostException}. Thread-safe.
 */
public interface Presence {

    /**
     * {@code presenceSubscribe}: asks to be told of a person's presence. The server answers at once with what it is
     * now, if that person's settings allow it.
     *
     * <p>A subscription ends with the connection, so it is made again after every reconnect, also if there was no
     * connection when it was asked for. This is remembered for the latest 1,000, in this process.
     *
     * @param jid a person by phone number or LID, or a group; a device part is ignored
     * @return see above
     * @throws IllegalArgumentException if {@code jid} is neither a person nor a group
     */
    CompletableFuture<Void> subscribe(Jid jid);

    /**
     * {@code sendPresenceUpdate('available')}: says that the user is there, on this connection and on later ones. The
     * phone gets no notifications of messages while it is said.
     *
     * @return see above
     * @throws IllegalStateException if no push name is known: others would not see it
     */
    CompletableFuture<Void> available();

    /**
     * {@code sendPresenceUpdate('unavailable')}: says that the user is not there any more. Delivery receipts say so
     * too.
     *
     * @return see above
     * @throws IllegalStateException if no push name is known
     */
    CompletableFuture<Void> unavailable();

    /**
     * {@code sendPresenceUpdate('composing', jid)}: says that the user types. Recipients forget it after some 25
     * seconds: say it again if it lasts longer. They are shown it only while this account is {@linkplain #available
     * available}.
     *
     * @param chat a person by phone number or LID, or a group; a device part is ignored
     * @return see above
     * @throws IllegalArgumentException if {@code chat} is neither a person nor a group
     */
    CompletableFuture<Void> typing(Jid chat);

    /**
     * {@code sendPresenceUpdate('recording', jid)}: as {@link #typing}, for a voice message.
     *
     * @param chat as for {@link #typing}
     * @return see above
     * @throws IllegalArgumentException if {@code chat} is neither a person nor a group
     */
    CompletableFuture<Void> recording(Jid chat);

    /**
     * {@code sendPresenceUpdate('paused', jid)}: says that the user stopped to type or to record.
     *
     * @param chat as for {@link #typing}
     * @return see above
     * @throws IllegalArgumentException if {@code chat} is neither a person nor a group
     */
    CompletableFuture<Void> paused(Jid chat);
}
