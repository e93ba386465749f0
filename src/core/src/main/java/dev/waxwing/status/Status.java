package dev.waxwing.status;

import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/**
 * Status posts, of this account and of others; from {@code Socket.status()}. A post is a message to
 * {@link Jid#STATUS_BROADCAST}: those of others arrive as {@code messages.upsert}, with the author as participant of
 * the key, and {@code sock.sendMessage} with {@code SendOptions.recipients} posts too, if a message id is to be chosen.
 *
 * <p>A post is encrypted for the devices of those whom it is for, and of this account, and for nobody else: whoever was
 * among them before and is not any more cannot read what follows. Who has it and who has viewed it is published as
 * {@code message-receipt.update}, one for each viewer, with the time. {@code sock.readMessages} says that this account
 * has viewed posts of others.
 *
 * <p>Thread-safe. The futures of what is sent complete as those of {@code sock.sendMessage} do.
 *
 * <p>Not here yet, for it is application state: to mute an author's posts, and to change {@link #privacy}.
 */
public interface Status {

    /**
     * Whom the account lets see its status (peer whatsmeow, {@code GetStatusPrivacy}).
     *
     * @return completes with the setting; {@code CONTACTS} if the owner chose none. Fails as requests do:
     *     {@link dev.waxwing.error.RequestTimeoutException}, {@link dev.waxwing.error.ConnectionLostException},
     *     {@link dev.waxwing.error.ServerRefusedException}
     */
    CompletableFuture<StatusPrivacy> privacy();

    /**
     * Posts to the people named, whatever {@link #privacy} says: Baileys' {@code statusJidList}.
     *
     * @param content what to post
     * @param people by phone number or LID, 1 to 10,000
     * @return completes with key and server time
     * @throws IllegalArgumentException if nobody is named, or one is no person, or the content cannot be sent
     * @throws IllegalStateException if this device is not linked yet
     */
    CompletableFuture<SentMessage> post(Content content, Collection<Jid> people);

    /**
     * Posts to those of the account's contacts whom {@link #privacy}, which is asked for each post, lets see it: all,
     * or all but those of the deny list; or to the allow list, whoever the contacts are. Only the application knows the
     * contacts. One that may be somebody of the deny list, by an address of which the other form is not known, is left
     * out.
     *
     * @param content what to post
     * @param contacts by phone number or LID, at most 10,000
     * @return completes with key and server time; fails as {@link #privacy} does, and with
     *     {@link IllegalStateException} if nobody may see it
     * @throws IllegalArgumentException if one is no person, or the content cannot be sent
     * @throws IllegalStateException if this device is not linked yet
     */
    CompletableFuture<SentMessage> postToContacts(Content content, Collection<Jid> contacts);

    /**
     * Takes back a post of this account, for those whom it went to.
     *
     * @param status the key of the post, as {@link #post} answered it
     * @return completes when the server has it; fails with {@link IllegalArgumentException} if it is not known any more
     *     to whom the post went: that is kept for 7 days, and a post lives for one. The revoke can then still be sent
     *     with {@code SendOptions.recipients}
     * @throws IllegalArgumentException if the key is of no own post
     * @throws IllegalStateException if this device is not linked yet
     */
    CompletableFuture<SentMessage> revoke(MessageKey status);

    /**
     * Reacts to a post. Only its author is told; the like of the service's own clients is the reaction 💚.
     *
     * @param status the key of a post of somebody else, with the author as participant
     * @param emoji one emoji; empty to take the reaction back
     * @return completes when the server has it
     * @throws IllegalArgumentException if the key is of no such post, or the reaction is longer than 64 characters
     * @throws IllegalStateException if this device is not linked yet
     */
    CompletableFuture<SentMessage> react(MessageKey status, String emoji);

    /**
     * Answers a post: a message in the chat with its author, which quotes it.
     *
     * @param status a post of somebody else
     * @param content the answer
     * @return completes when the server has it
     * @throws IllegalArgumentException if the message is no such post, or the content cannot quote
     * @throws IllegalStateException if this device is not linked yet
     */
    CompletableFuture<SentMessage> reply(WebMessage status, Content content);
}
