package dev.waxwing.internal.device;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.IdentityListener;
import dev.waxwing.internal.signal.IdentityNews;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.model.Jid;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Contacts who registered anew, as on a new phone. The server says so; what is known of their devices and keys is
 * worthless from then on. As peer whatsmeow does it.
 */
public final class IdentityChanges implements Area {

    private final Supplier<Self> self;
    private final LidMappings lids;
    private final SignalSessions sessions;
    private final DeviceDirectory devices;
    private final AccountThreads threads;
    private final IdentityListener listener;

    /**
     * Creates one for an account.
     *
     * @param self who the account is now
     * @param lids which addresses are one person
     * @param sessions where sessions and identity keys are kept
     * @param devices who has which devices
     * @param threads the account's threads
     * @param listener hears of each contact once its old sessions are gone, on the account's executor
     */
    public IdentityChanges(
            Supplier<Self> self,
            LidMappings lids,
            SignalSessions sessions,
            DeviceDirectory devices,
            AccountThreads threads,
            IdentityListener listener) {
        this.self = requireNonNull(self, "self");
        this.lids = requireNonNull(lids, "lids");
        this.sessions = requireNonNull(sessions, "sessions");
        this.devices = requireNonNull(devices, "devices");
        this.threads = requireNonNull(threads, "threads");
        this.listener = requireNonNull(listener, "listener");
    }

    @Override
    public void register(Registrations on) {
        on.stanza("notification", "encrypt", "identity", this::noticed);
    }

    /**
     * In the lane of the person, so that a message under the new identity is not overtaken by the end of the old one.
     */
    private CompletionStage<Acknowledgement> noticed(Node notification) {
        Jid person = notification.requireJid("from").person();
        Optional<Jid> lid = Optional.ofNullable(notification.jid("lid")).map(Jid::person);
        if (!person.isUser() || self.get().includes(person)) {
            // The own phone's identity is the one this device was linked by: a new one comes with a new link.
            return CompletableFuture.completedFuture(Acknowledgement.ACK);
        }
        return threads.work().submit(lid.orElse(person), () -> {
            lid.ifPresent(other -> lids.learn(person, other));
            changed(lids.canonical(person));
            return Acknowledgement.ACK;
        });
    }

    private void changed(Jid person) {
        sessions.inTransaction(List.of(person), signal -> {
            signal.deleteUser(person);
            AccountRegistrations.forget(person, signal.store());
            return true;
        });
        devices.forget(person);
        listener.identityNews(IdentityNews.registeredAnew(person));
    }
}
