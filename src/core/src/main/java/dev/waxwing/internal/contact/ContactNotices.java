package dev.waxwing.internal.contact;

import static java.util.Objects.requireNonNull;

import dev.waxwing.contact.ContactChange;
import dev.waxwing.contact.ContactEvents;
import dev.waxwing.contact.ContactsUpdate;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.stream.routing.StanzaHandler;
import dev.waxwing.model.Jid;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What the server tells of people's profiles. A notice that names nobody (it may bring a hash alone) tells nothing. */
final class ContactNotices {

    private static final int LONGEST_ABOUT_BYTES = 4_096;

    private final AreaContext context;
    private final StanzaHandler groupPictures;

    ContactNotices(AreaContext context, StanzaHandler groupPictures) {
        this.context = context;
        this.groupPictures = requireNonNull(groupPictures, "groupPictures");
    }

    CompletionStage<Acknowledgement> pictured(Node notice) {
        if (notice.requireJid("from").isGroup()) {
            return groupPictures.handle(notice);
        }
        Node set = notice.child("set");
        if (set == null) {
            set = notice.child("add");
        }
        if (set != null) {
            return told(notice, new ContactChange.PictureSet(Optional.ofNullable(set.attr("id"))));
        }
        return told(notice, notice.child("delete") == null ? null : new ContactChange.PictureRemoved());
    }

    CompletionStage<Acknowledgement> aboutSet(Node notice) {
        Node set = notice.child("set");
        if (set == null) {
            return told(notice, null);
        }
        byte[] bytes = set.bytes();
        boolean isText = bytes != null && bytes.length <= LONGEST_ABOUT_BYTES;
        return told(notice, new ContactChange.AboutSet(isText ? Optional.ofNullable(set.text()) : Optional.empty()));
    }

    CompletionStage<Acknowledgement> timerSet(Node notice) {
        Node mode = notice.child("disappearing_mode");
        return told(notice, mode == null ? null : new ContactChange.DisappearingModeSet(LookedUp.duration(mode)));
    }

    private CompletionStage<Acknowledgement> told(Node notice, @Nullable ContactChange change) {
        Jid person = notice.requireJid("from").person();
        if (change == null || !person.isUser()) {
            return CompletableFuture.completedFuture(Acknowledgement.ACK);
        }
        return context.threads().work().submit(person, () -> {
            Jid id = context.people().canonical(person);
            context.events()
                    .publish(
                            ContactEvents.CONTACTS_UPDATE,
                            new ContactsUpdate(id, context.people().counterpart(id), change));
            return Acknowledgement.ACK;
        });
    }
}
