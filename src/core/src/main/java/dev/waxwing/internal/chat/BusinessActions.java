package dev.waxwing.internal.chat;

import dev.waxwing.chat.ChatEvents;
import dev.waxwing.chat.Label;
import dev.waxwing.chat.LabelsAssociation;
import dev.waxwing.chat.QuickRepliesUpdate;
import dev.waxwing.chat.QuickReply;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.sync.syncd.StateAction;
import dev.waxwing.proto.syncaction.LabelEditAction;
import dev.waxwing.proto.syncaction.QuickReplyAction;
import java.util.Optional;
import java.util.OptionalInt;

/** Labels and quick replies, told as events. */
final class BusinessActions {

    private static final int CHAT = 2;
    private static final int MESSAGE = 3;

    private BusinessActions() {}

    static void tell(StateAction action, EventDispatcher events) {
        switch (action.name()) {
            case "label_edit" ->
                events.publish(
                        ChatEvents.LABELS_EDIT,
                        label(action.part(1), action.value().getLabelEditAction()));
            case "quick_reply" -> {
                QuickReplyAction reply = action.value().getQuickReplyAction();
                events.publish(
                        ChatEvents.QUICK_REPLIES_UPDATE,
                        new QuickRepliesUpdate(
                                new QuickReply(
                                        action.part(1),
                                        reply.getShortcut(),
                                        reply.getMessage(),
                                        reply.getKeywordsList()),
                                reply.getDeleted()));
            }
            default ->
                MessageRanges.jid(action.part(CHAT))
                        .ifPresent(chat -> events.publish(
                                ChatEvents.LABELS_ASSOCIATION,
                                new LabelsAssociation(
                                        action.part(1),
                                        chat,
                                        action.name().equals("label_message")
                                                ? Optional.of(action.part(MESSAGE))
                                                : Optional.empty(),
                                        action.value()
                                                .getLabelAssociationAction()
                                                .getLabeled())));
        }
    }

    private static Label label(String id, LabelEditAction action) {
        OptionalInt predefined =
                action.hasPredefinedID() ? OptionalInt.of(action.getPredefinedID()) : OptionalInt.empty();
        return new Label(id, action.getName(), action.getColor(), predefined, action.getDeleted());
    }
}
