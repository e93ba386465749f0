package dev.waxwing.model.content;

import dev.waxwing.proto.e2e.Message;

/**
 * What a received message holds, out of its wrappers (disappearing, view once, sent from another device, a document
 * with a caption, and more): one class for each kind, to switch on. A kind that can also be sent is the same class.
 *
 * <pre>{@code
 * switch (message.content()) {                       // Java 21 and later; instanceof before
 *     case TextContent text -> reply(text.text());
 *     case ReactionContent reaction -> count(reaction.target(), reaction.emoji());
 *     default -> { }
 * }
 * }</pre>
 *
 * <p>Only this library adds kinds. The interface is sealed, and one of the classes that it permits cannot be named: so
 * the compiler asks every {@code switch} for a {@code default} branch, and code compiled today goes on compiling and
 * running when a later version adds a kind. What this version has no kind for is {@link UnknownContent}, and may be of
 * a kind in a later one.
 *
 * <p>Everything here was written by whoever sent the message, and may be empty, absurd or a lie. Only what is said at a
 * method to be checked is checked.
 */
public sealed interface MessageContent
        permits AlbumContent,
                ButtonReplyContent,
                AudioContent,
                ButtonsContent,
                CommentContent,
                ContactsContent,
                DeleteContent,
                DisappearingTimerContent,
                DocumentContent,
                EditContent,
                EventContent,
                GroupInviteContent,
                ImageContent,
                InteractiveContent,
                InteractiveReplyContent,
                KeepContent,
                LimitSharingContent,
                ListContent,
                ListReplyContent,
                LiveLocationContent,
                LocationContent,
                NewsletterAdminInviteContent,
                OrderContent,
                PinContent,
                PollContent,
                ProductContent,
                ReactionContent,
                RequestPhoneNumberContent,
                SharePhoneNumberContent,
                StickerContent,
                TextContent,
                UnknownContent,
                VideoContent,
                UnlistedContent {

    /**
     * Reads a message. Never fails: what cannot be read is {@link UnknownContent}.
     *
     * @param message the message, wrappers and all; keys inside of it are taken to be written from this account's side,
     *     as they are in the messages of events
     * @return what it holds
     */
    static MessageContent of(Message message) {
        return ContentKinds.read(message);
    }
}
