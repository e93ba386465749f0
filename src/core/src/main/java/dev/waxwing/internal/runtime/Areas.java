package dev.waxwing.internal.runtime;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.event.Events;
import dev.waxwing.event.IdentityChange;
import dev.waxwing.event.StanzaRefused;
import dev.waxwing.internal.account.Availability;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.PreKeys;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.area.ReceivedHandlers;
import dev.waxwing.internal.chat.ChatArea;
import dev.waxwing.internal.community.CommunityArea;
import dev.waxwing.internal.contact.ContactArea;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.delivery.MessagingParts;
import dev.waxwing.internal.device.AccountRegistrations;
import dev.waxwing.internal.device.DeviceDirectory;
import dev.waxwing.internal.device.DeviceNotices;
import dev.waxwing.internal.device.IdentityChanges;
import dev.waxwing.internal.device.OwnKeys;
import dev.waxwing.internal.device.SessionBuilder;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.group.CachedGroups;
import dev.waxwing.internal.group.GroupArea;
import dev.waxwing.internal.identity.IdentityArea;
import dev.waxwing.internal.link.LinkPreviewArea;
import dev.waxwing.internal.media.MediaArea;
import dev.waxwing.internal.message.Messaging;
import dev.waxwing.internal.pairing.Linking;
import dev.waxwing.internal.pairing.Unlinking;
import dev.waxwing.internal.presence.PresenceArea;
import dev.waxwing.internal.privacy.PrivacyArea;
import dev.waxwing.internal.signal.IdentityNews;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.status.StatusArea;
import dev.waxwing.internal.stream.AccountStream;
import dev.waxwing.internal.sync.SyncArea;
import dev.waxwing.internal.sync.appstate.AppState;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.ThrottledLog;
import dev.waxwing.model.Jid;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All areas of one account: the only list of them. An area that people call implements its public interface too, and
 * {@code dev.waxwing.Socket} shows it by {@link #facet}.
 */
final class Areas {

    private static final Logger LOG = LoggerFactory.getLogger(Areas.class);

    private final AccountSettings settings;
    private final AccountCredentials credentials;
    private final AccountStream stream;
    private final EventDispatcher events;
    private final AccountThreads threads;
    private final ThrottledLog refusals;
    private final ReceivedHandlers received = new ReceivedHandlers();
    private final ContentCodecs codecs = new ContentCodecs();
    private final SignalSessions sessions;
    private final LidMappings people;
    private final PreKeys preKeys;
    private final Availability availability;
    private final AccountRegistrations registrations;
    private final DeviceDirectory devices;
    private final CachedGroups groups;

    private final Messaging messaging;
    private final Linking linking;
    private final Unlinking unlinking;
    private final List<Area> all;

    Areas(
            AccountSettings settings,
            AccountCredentials credentials,
            AccountStream stream,
            EventDispatcher events,
            AccountThreads threads,
            Messaging.Trace trace,
            ConnectionEvents connection) {
        this.settings = settings;
        this.credentials = credentials;
        this.stream = stream;
        this.events = events;
        this.threads = threads;
        refusals = new ThrottledLog(LOG, threads.timer());
        sessions = new SignalSessions(
                settings.store(),
                credentials.store(),
                settings.identityPolicy(),
                LidMappings::storedCounterpart,
                this::identityNews);
        people = new LidMappings(settings.store(), sessions);
        availability = new Availability(settings.markOnlineOnConnect());
        preKeys = new PreKeys(settings.store(), credentials.store());
        registrations = new AccountRegistrations(credentials::self, people, this::identityNews);
        devices = new DeviceDirectory(stream, people, registrations, threads.executor(), settings.userDevicesCache());
        groups = new CachedGroups(stream, people, threads.executor(), settings.groupMetadataCache());
        AreaContext context = new AreaContext(
                credentials::self, availability, people, stream, settings.store(), events, threads, settings.clock());
        MediaArea media = new MediaArea(context, settings.mediaPolicy());
        codecs.preparing(media::prepared);
        messaging = messaging(trace);
        linking = linking(connection);
        unlinking = new Unlinking(stream, context.self(), stream::stop);
        AppState state = new AppState(
                context,
                message -> messaging.phone().tell(message),
                (reference, mostBytes) -> CompletableFuture.failedFuture(
                        new ProtocolViolationException("this version downloads no files of the app state")));
        GroupArea groupArea = new GroupArea(
                context,
                groups,
                messaging,
                (to, content) -> messaging.send(to, content, null).result());
        all = List.of(
                linking,
                ownKeys(),
                new IdentityChanges(context.self(), people, sessions, devices, threads, this::identityNews),
                new IdentityArea(credentials::current, people, threads),
                new DeviceNotices(devices, registrations, people, threads.work()),
                messaging,
                media,
                new SyncArea(),
                state,
                new ChatArea(
                        context,
                        state,
                        name -> credentials.change(
                                own -> own.toBuilder().pushName(name).build())),
                new PresenceArea(context),
                new StatusArea(
                        context,
                        (to, content, recipients) ->
                                messaging.send(to, content, null, recipients).result(),
                        messaging::requireSendable,
                        devices::devicesOf),
                new LinkPreviewArea(threads, settings.isProxied()),
                new ContactArea(context, groupArea::pictured),
                new PrivacyArea(context, devices::devicesOf),
                new CommunityArea(context, groups),
                groupArea);
    }

    private Linking linking(ConnectionEvents connection) {
        return new Linking(
                stream,
                credentials.store(),
                credentials::self,
                sessions,
                threads,
                settings.linkingPolicy(),
                new Linking.Listener() {
                    @Override
                    public void qr(String qr) {
                        connection.qr(qr);
                    }

                    @Override
                    public void linked(Credentials linked) {
                        connection.linked();
                        credentials.changed(linked);
                    }

                    @Override
                    public void failed(WaxwingException reason) {
                        stream.stop(reason);
                    }

                    @Override
                    public void restartMissing() {
                        stream.renewConnection(new ConnectionLostException(
                                "this device was linked, and the server did not ask for a new connection"));
                    }
                });
    }

    private OwnKeys ownKeys() {
        return new OwnKeys(
                stream,
                credentials.store(),
                preKeys,
                settings.clock(),
                threads.executor(),
                pause -> task -> threads.timer().after(pause, threads.executor(), task),
                credentials::changed);
    }

    private Messaging messaging(Messaging.Trace trace) {
        return new Messaging(
                new MessagingParts(
                        settings.store(),
                        credentials::self,
                        credentials::publicIdentity,
                        people,
                        sessions,
                        preKeys,
                        devices,
                        groups,
                        new SessionBuilder(stream, sessions, people, threads.executor(), this::keysRefused),
                        stream,
                        events,
                        received,
                        codecs,
                        threads,
                        settings.clock()),
                trace,
                settings.sendPolicy(),
                settings.receiptPolicy(availability),
                settings.retryPolicy(),
                settings.listenerPauses());
    }

    private void keysRefused(Jid device, WaxwingException reason) {
        refusals.warn(device.person(), "nothing is sent to " + device + ": " + reason.getMessage());
        events.publish(
                Events.STANZA_REFUSED,
                new StanzaRefused("iq", Optional.of(device), Optional.empty(), Optional.empty(), reason));
    }

    private void identityNews(IdentityNews news) {
        Jid person = news.address().person();
        if (news.refused()) {
            refusals.warn(person, news.toString());
        } else {
            LOG.info("{}", news);
        }
        IdentityChange.Builder change = IdentityChange.builder(person, news.kind())
                .userAlt(news.pairedWith().or(() -> people.counterpart(person)).orElse(null))
                .formerAlt(news.formerly().orElse(null))
                .refused(news.refused());
        news.formerKey().ifPresent(change::formerKey);
        news.identityKey().ifPresent(key -> change.identityKey(key).device(news.address()));
        events.publish(Events.IDENTITY_CHANGE, change.build());
    }

    List<Area> all() {
        return all;
    }

    /**
     * The area that implements a public interface.
     *
     * @throws IllegalStateException if there is none: a mistake in the list
     */
    <F> F facet(Class<F> type) {
        return all.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no area implements " + type.getName()));
    }

    /** Who takes which protocol message; filled when the areas register. */
    ReceivedHandlers received() {
        return received;
    }

    /** The kinds of content that can be sent; filled when the areas register. */
    ContentCodecs codecs() {
        return codecs;
    }

    LidMappings people() {
        return people;
    }

    Messaging messaging() {
        return messaging;
    }

    Linking linking() {
        return linking;
    }

    Unlinking unlinking() {
        return unlinking;
    }
}
