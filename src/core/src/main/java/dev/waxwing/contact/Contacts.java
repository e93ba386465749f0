package dev.waxwing.contact;

import dev.waxwing.model.Jid;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Who is on the service, and what people show of themselves; from {@code Socket.contacts()}. What others change is
 * published as {@link ContactEvents#CONTACTS_UPDATE}. The account's address book is in {@link dev.waxwing.chat.Chats}.
 *
 * <p>Many people are asked for in few queries of at most 250, one after the other. What the server tells of phone
 * numbers and LIDs that belong together is remembered.
 *
 * <p>Futures fail with {@link dev.waxwing.error.ConnectionLostException} without a connection,
 * {@link dev.waxwing.error.RequestTimeoutException} without an answer in time,
 * {@link dev.waxwing.error.ServerRefusedException} if the server refuses (429: asked too often, wait), and
 * {@link dev.waxwing.error.ProtocolViolationException} if it answers with something else. Thread-safe.
 */
public interface Contacts {

    /**
     * {@code onWhatsApp(...phoneNumbers)}: asks which numbers are on the service. Asking for many numbers of people who
     * do not know the account is what spammers do, and the service limits it.
     *
     * @param phoneNumbers 1 to 10,000 numbers: 5 to 20 digits, the country code first; a {@code +} before and spaces,
     *     dashes, dots and brackets between are ignored
     * @return for each number, in order, whether it is; a number that is named twice is told once
     * @throws IllegalArgumentException if one is no number, or there are none or too many
     */
    CompletableFuture<List<OnWhatsApp>> onWhatsApp(Collection<String> phoneNumbers);

    /**
     * {@code fetchStatus(...jids)}: asks for the texts that people write about themselves.
     *
     * @param people 1 to 10,000 people by phone number or LID; device parts are ignored
     * @return for each person, in order; one of whom the server tells nothing has no text
     * @throws IllegalArgumentException if one is no person, or there are none or too many
     */
    CompletableFuture<List<About>> fetchStatus(Collection<Jid> people);

    /**
     * {@code fetchDisappearingDuration(...jids)}: asks after how long messages disappear in the new chats of people.
     *
     * @param people as for {@link #fetchStatus}
     * @return for each person, in order; zero if they do not disappear or the server tells nothing
     * @throws IllegalArgumentException as {@link #fetchStatus}
     */
    CompletableFuture<List<DisappearingMode>> fetchDisappearingDuration(Collection<Jid> people);

    /**
     * {@code profilePictureUrl(jid, type)}: asks where the picture of a person or a group can be downloaded.
     *
     * @param jid a person, this account or a group
     * @param size how large it is wanted
     * @return the picture, empty if there is none. Fails with {@link dev.waxwing.error.ServerRefusedException} of code
     *     401 or 403 if the person does not show it to this account
     * @throws IllegalArgumentException if {@code jid} is neither a person nor a group
     */
    CompletableFuture<Optional<ProfilePicture>> profilePictureUrl(Jid jid, PictureSize size);

    /**
     * {@code updateProfilePicture(ownJid, content)}: sets the picture of this account. That of a group is set by
     * {@link dev.waxwing.group.Groups#updatePicture}.
     *
     * @param jpeg the picture as JPEG, best square and 640 pixels wide; 1 byte to 1 MiB; sent as it is
     * @return the id of the new picture
     * @throws IllegalArgumentException if {@code jpeg} is empty or larger
     */
    CompletableFuture<String> updateProfilePicture(byte[] jpeg);

    /**
     * {@code removeProfilePicture(ownJid)}: takes the picture of this account away.
     *
     * @return completes when the server has confirmed
     */
    CompletableFuture<Void> removeProfilePicture();

    /**
     * {@code updateProfileStatus(status)}: sets the text about this account. The name is set by
     * {@link dev.waxwing.chat.Chats#updateProfileName}.
     *
     * @param about at most 139 characters; empty for none
     * @return completes when the server has confirmed
     * @throws IllegalArgumentException if {@code about} is longer
     */
    CompletableFuture<Void> updateProfileStatus(String about);

    /**
     * {@code getBotListV2()}: asks for the bots of the service.
     *
     * @return the bots of all sections, each once
     */
    CompletableFuture<List<Bot>> getBotList();
}
