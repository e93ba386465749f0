package dev.waxwing.internal.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageWrappers;
import dev.waxwing.model.StatusSetting;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import java.util.List;
import java.util.Optional;

/**
 * Where a message goes: the chat, and where the chat has no members of its own, the people.
 *
 * @param chat the chat, without a device
 * @param people whom the message is for; empty where the chat says it, or {@code sameAs} does
 * @param setting by which setting the people of a status post were chosen; empty for what is no post, of which the
 *     service refuses to be told (peer whatsapp-rust)
 * @param sameAs a message of this account whose people this one is for: it takes that one back
 * @param pairwise whether each device gets a ciphertext of its own although the chat has a key that is shared: a
 *     reaction to a status is for its author alone (peer whatsapp-rust)
 */
public record Destination(
        Jid chat, List<Jid> people, Optional<StatusSetting> setting, Optional<String> sameAs, boolean pairwise) {

    /**
     * Copies the list.
     *
     * @param chat the chat, without a device
     * @param people whom the message is for
     * @param setting by which setting the people of a status post were chosen
     * @param sameAs a message of this account whose people this one is for
     * @param pairwise whether each device gets a ciphertext of its own
     */
    public Destination {
        requireNonNull(chat, "chat");
        people = List.copyOf(people);
        requireNonNull(setting, "setting");
        requireNonNull(sameAs, "sameAs");
    }

    /**
     * A chat that says who is in it.
     *
     * @param chat a person or a group
     * @return the destination
     */
    public static Destination of(Jid chat) {
        return new Destination(chat.person(), List.of(), Optional.empty(), Optional.empty(), false);
    }

    /**
     * Where a message goes.
     *
     * @param to the chat that the application named; a device of it is ignored
     * @param message the message
     * @param recipients whom the application named
     * @return the destination
     * @throws IllegalArgumentException if people are named for a chat that has its own, or nobody for one that has none
     */
    public static Destination of(Jid to, Message message, Recipients recipients) {
        Audience audience = Audience.of(to);
        if (!audience.isListed()) {
            if (!recipients.people().isEmpty()) {
                throw new IllegalArgumentException(
                        "recipients are for a status or a broadcast list, and " + to + " is " + audience.description());
            }
            return of(to);
        }
        boolean isStatus = audience instanceof Audience.Status;
        Message inner = MessageWrappers.innermost(message);
        Optional<Jid> author = isStatus ? reactedTo(inner) : Optional.empty();
        Optional<String> revoked = revoked(message);
        List<Jid> people =
                recipients.people().isEmpty() && author.isPresent() ? List.of(author.get()) : recipients.people();
        if (people.isEmpty() && revoked.isEmpty()) {
            throw new IllegalArgumentException(
                    isReaction(inner)
                            ? "a reaction to a status must name the author as participant of the key"
                            : "options must name recipients: " + audience.description() + ", " + to
                                    + ", goes to nobody by itself");
        }
        boolean isPost = isStatus && !isReaction(inner) && !isRevoke(message);
        return new Destination(
                audience.address(),
                people,
                isPost ? Optional.of(recipients.setting()) : Optional.empty(),
                people.isEmpty() ? revoked : Optional.empty(),
                isStatus && isReaction(inner));
    }

    /**
     * The same for other people.
     *
     * @param others whom the message is for
     * @return the destination
     */
    public Destination forPeople(List<Jid> others) {
        return new Destination(chat, others, setting, Optional.empty(), pairwise);
    }

    private static boolean isReaction(Message message) {
        return message.hasReactionMessage() || message.hasEncReactionMessage();
    }

    private static Optional<Jid> reactedTo(Message message) {
        String author = message.hasEncReactionMessage()
                ? message.getEncReactionMessage().getTargetMessageKey().getParticipant()
                : message.getReactionMessage().getKey().getParticipant();
        try {
            return Optional.of(author)
                    .filter(name -> isReaction(message) && !name.isEmpty())
                    .map(Jid::parse)
                    .filter(Jid::isUser)
                    .map(Jid::person);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isRevoke(Message message) {
        return message.hasProtocolMessage() && message.getProtocolMessage().getType() == ProtocolMessage.Type.REVOKE;
    }

    private static Optional<String> revoked(Message message) {
        return isRevoke(message)
                ? Optional.of(message.getProtocolMessage().getKey())
                        .filter(key -> key.getFromMe() && !key.getID().isEmpty())
                        .map(key -> key.getID())
                : Optional.empty();
    }
}
