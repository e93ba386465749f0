package dev.waxwing.internal.area;

import dev.waxwing.model.Jid;
import java.util.List;

/**
 * In which chat a message was written, and by whom: together with its id this names one message, as the same author may
 * use an id in two chats.
 *
 * @param chat every known form of the chat's address, without device; the canonical one first
 * @param author every known form of the author's address; the canonical one first
 */
public record MessageOrigin(List<Jid> chat, List<Jid> author) {

    /**
     * Checks that there is a form of each.
     *
     * @param chat every known form of the chat's address, without device; the canonical one first
     * @param author every known form of the author's address; the canonical one first
     */
    public MessageOrigin {
        chat = chat.stream().map(Jid::person).toList();
        author = author.stream().map(Jid::person).toList();
        if (chat.isEmpty() || author.isEmpty()) {
            throw new IllegalArgumentException("a message must have a chat and an author");
        }
    }

    /**
     * A chat with one person, in which that person writes.
     *
     * @param forms every known form of the person's address; the canonical one first
     * @return the origin
     */
    public static MessageOrigin direct(Jid... forms) {
        return new MessageOrigin(List.of(forms), List.of(forms));
    }

    /**
     * Whether the author wrote in the chat with them, and not to another chat of this account.
     *
     * @return true if chat and author share a form
     */
    public boolean isDirect() {
        return chat.stream().anyMatch(author::contains);
    }

    /**
     * Whether a form of the chat and a form of the author are the same in another.
     *
     * @param other another origin
     * @return true if both may be of one message
     */
    public boolean meets(MessageOrigin other) {
        return chat.stream().anyMatch(other.chat::contains) && author.stream().anyMatch(other.author::contains);
    }
}
