package dev.waxwing.internal.message;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessageSealed;
import dev.waxwing.event.MessagesReaction;
import dev.waxwing.event.MessagesUpdate;
import dev.waxwing.event.StanzaRefused;
import dev.waxwing.internal.content.Audience;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.group.GroupRoster;
import dev.waxwing.internal.threads.ThrottledLog;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.content.DeleteContent;
import dev.waxwing.model.content.EditContent;
import dev.waxwing.model.content.KeepContent;
import dev.waxwing.model.content.MessageContent;
import dev.waxwing.model.content.PinContent;
import dev.waxwing.model.content.ReactionContent;
import dev.waxwing.model.content.WebMessage;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What received messages say of others: edits, deletions, reactions, pins. Told as events of their own once the message
 * is committed. Only an author edits; only an author, or an admin of the group, deletes.
 */
final class MessageNews {

    private final EventDispatcher events;
    private final GroupRoster groups;
    private final ThrottledLog refusals;

    MessageNews(EventDispatcher events, GroupRoster groups, ThrottledLog refusals) {
        this.events = requireNonNull(events, "events");
        this.groups = requireNonNull(groups, "groups");
        this.refusals = requireNonNull(refusals, "refusals");
    }

    /**
     * What a message says of another.
     *
     * @param target the key of the other message
     * @param content what it says
     * @param by the message
     * @param author who wrote it, without a device
     * @param needsAdmin whether only an admin of the group may say so
     * @param addOn what became of it if it was sealed, null if that is all in the content
     */
    record Item(
            MessageKey target,
            MessageContent content,
            WebMessage by,
            Jid author,
            boolean needsAdmin,
            AddOns.@Nullable Outcome addOn) {}

    /**
     * What a message says of another.
     *
     * @param message the message, its keys as this account knows them
     * @param author who wrote it
     * @param otherForm given an address, the other form of it, if known
     * @return what to tell, empty if it is about no other message
     * @throws ProtocolViolationException if its author may not say so
     */
    static Optional<Item> of(WebMessage message, Jid author, Function<Jid, Optional<Jid>> otherForm) {
        MessageContent content = message.content();
        MessageKey named;
        if (content instanceof EditContent edit) {
            named = edit.target();
        } else if (content instanceof DeleteContent delete) {
            named = delete.target();
        } else if (content instanceof ReactionContent reaction) {
            named = reaction.target();
        } else if (content instanceof PinContent pin) {
            named = pin.target();
        } else if (content instanceof KeepContent keep) {
            named = keep.target();
        } else {
            return Optional.empty();
        }
        Audience audience = Audience.of(message.key().remoteJid());
        MessageKey target =
                audience.key(named.fromMe(), named.id(), named.participant().orElse(null), otherForm);
        boolean needsAdmin = false;
        if (!isByAuthor(target, message.key())) {
            if (content instanceof EditContent) {
                throw new ProtocolViolationException("an edit of a message that somebody else wrote");
            }
            if (content instanceof DeleteContent) {
                if (!(audience instanceof Audience.Group)) {
                    throw new ProtocolViolationException("a deletion of a message that somebody else wrote");
                }
                needsAdmin = true;
            }
        }
        return Optional.of(new Item(target, content, message, author.person(), needsAdmin, null));
    }

    private static boolean isByAuthor(MessageKey target, MessageKey carrier) {
        if (target.fromMe() || carrier.fromMe() || target.participant().isEmpty()) {
            return target.fromMe() == carrier.fromMe();
        }
        return target.participant().equals(carrier.participant())
                || (target.participantAlt().isPresent()
                        && target.participantAlt().equals(carrier.participant()))
                || (carrier.participantAlt().isPresent()
                        && carrier.participantAlt().equals(target.participant()));
    }

    /**
     * What is to be told of a vote, a response, or what could not be opened.
     *
     * @param addOn what became of the message
     * @param message the message
     * @param author who wrote it
     * @param otherForm given an address, the other form of it, if known
     * @return what to tell; empty if the message says it itself
     */
    static Optional<Item> of(
            AddOns.Outcome addOn, WebMessage message, Jid author, Function<Jid, Optional<Jid>> otherForm) {
        if (addOn.sealed() == null && addOn.vote() == null && addOn.response() == null) {
            return Optional.empty();
        }
        MessageKey named = addOn.target();
        MessageKey target = Audience.of(message.key().remoteJid())
                .key(named.fromMe(), named.id(), named.participant().orElse(null), otherForm);
        return Optional.of(new Item(target, message.content(), message, author.person(), false, addOn));
    }

    /** Publishes the news, in order; what must be asked for first comes when that is known. */
    void publish(List<Item> news) {
        for (Item item : news) {
            if (!item.needsAdmin) {
                tell(item);
                continue;
            }
            groups.isAdmin(item.target.remoteJid(), item.author).whenComplete((isAdmin, failure) -> {
                if (failure == null && isAdmin) {
                    tell(item);
                } else {
                    refuse(item, failure);
                }
            });
        }
    }

    private void tell(Item item) {
        MessageContent content = item.content;
        if (item.addOn != null) {
            tell(item, item.addOn);
        } else if (content instanceof ReactionContent reaction) {
            events.publish(
                    Events.MESSAGES_REACTION,
                    new MessagesReaction(List.of(new MessagesReaction.Reaction(item.target, reaction, item.by))));
        } else if (content instanceof EditContent edit) {
            tell(new MessagesUpdate.Edited(item.target, edit.content(), item.by));
        } else if (content instanceof DeleteContent) {
            tell(new MessagesUpdate.Deleted(item.target, item.by));
        } else if (content instanceof PinContent) {
            tell(new MessagesUpdate.Pinned(item.target, item.by));
        } else if (content instanceof KeepContent) {
            tell(new MessagesUpdate.Kept(item.target, item.by));
        }
    }

    private void tell(Item item, AddOns.Outcome addOn) {
        if (addOn.vote() != null) {
            tell(new MessagesUpdate.Voted(item.target, addOn.vote(), item.by));
        } else if (addOn.response() != null) {
            tell(new MessagesUpdate.Responded(item.target, addOn.response(), item.by));
        } else if (addOn.sealed() != null) {
            refusals.warn(item.author, "message " + item.by.id() + " could not be opened: " + addOn.sealed());
            events.publish(Events.MESSAGE_SEALED, new MessageSealed(item.target, addOn.sealed(), item.by));
        }
    }

    private void tell(MessagesUpdate.Update update) {
        events.publish(Events.MESSAGES_UPDATE, new MessagesUpdate(List.of(update)));
    }

    private void refuse(Item item, Throwable failure) {
        ProtocolViolationException reason = new ProtocolViolationException(
                failure == null
                        ? "a deletion of a message that somebody else wrote, by no admin of the group"
                        : "a deletion of a message that somebody else wrote, in a group whose admins are not known",
                failure);
        refusals.warn(item.author, "message " + item.by.id() + " is refused: " + reason.getMessage());
        events.publish(
                Events.STANZA_REFUSED,
                new StanzaRefused(
                        "message",
                        Optional.of(item.by.key().remoteJid()),
                        Optional.of(item.author),
                        Optional.of(item.by.id()),
                        reason));
    }
}
