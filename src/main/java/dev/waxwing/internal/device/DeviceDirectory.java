package dev.waxwing.internal.device;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.AsyncCacheLoader;
import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.LidMappings;
import dev.waxwing.internal.stream.Acknowledgement;
import dev.waxwing.internal.stream.StanzaRouter;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Which devices people have. Answers from a cache; what is missing there is asked for in one usync query for all, and callers
 * who ask for the same person at the same time share one query. A person's LID that an answer names is learned on the way.
 */
public final class DeviceDirectory {

    private static final int REMEMBERED_USERS = 20_000;

    private final StanzaStream stream;
    private final LidMappings lids;
    private final Executor executor;
    private final AsyncLoadingCache<Jid, UserDevices> cache;

    /**
     * Creates an empty directory.
     *
     * @param stream where to ask
     * @param lids learns the pairs that answers name
     * @param executor runs what waits for answers; may block on the store
     * @param timeToLive how long an answer is used, positive
     */
    public DeviceDirectory(StanzaStream stream, LidMappings lids, Executor executor, Duration timeToLive) {
        this.stream = requireNonNull(stream, "stream");
        this.lids = requireNonNull(lids, "lids");
        this.executor = requireNonNull(executor, "executor");
        this.cache = Caffeine.newBuilder()
                .maximumSize(REMEMBERED_USERS)
                .expireAfterWrite(timeToLive)
                .executor(executor)
                .buildAsync(AsyncCacheLoader.<Jid, UserDevices>bulk(this::query));
    }

    /**
     * Keeps the cache fresh by the server's notices of changed devices.
     *
     * @param router where to register
     */
    public void register(StanzaRouter router) {
        router.on("notification", "devices", this::devicesChanged);
        router.on("notification", "account_sync", this::ownAccountChanged);
    }

    /**
     * The devices of some people, each under the person's canonical address: the LID where it is known.
     *
     * @param users people, without devices
     * @return the devices in the order of the people, none for somebody who is not on the service; fails as
     *     {@link StanzaStream#request} does
     */
    public CompletableFuture<List<Jid>> devicesOf(Collection<Jid> users) {
        Set<Jid> asked = new LinkedHashSet<>();
        users.forEach(user -> asked.add(user.withoutDevice()));
        return cache.getAll(asked).thenApply(found -> {
            List<Jid> devices = new ArrayList<>();
            for (Jid user : asked) {
                UserDevices known = found.getOrDefault(user, UserDevices.none(user));
                Jid address = known.lid().orElse(user);
                known.deviceIds().forEach(id -> devices.add(address.withDevice(id)));
            }
            return devices;
        });
    }

    /**
     * Drops what is known of a person, in either form, so that the next look-up asks anew.
     *
     * @param user the person
     */
    public void forget(Jid user) {
        cache.synchronous().invalidate(user.withoutDevice());
        lids.counterpart(user).ifPresent(other -> cache.synchronous().invalidate(other));
    }

    private CompletableFuture<Map<Jid, UserDevices>> query(Set<? extends Jid> users, Executor loader) {
        Set<Jid> asked = new LinkedHashSet<>(users);
        return stream.request(DeviceQuery.request(stream.nextId(), asked))
                .thenApplyAsync(answer -> learn(DeviceQuery.answer(answer, asked)), executor);
    }

    private Map<Jid, UserDevices> learn(Map<Jid, UserDevices> answer) {
        answer.values().forEach(devices -> devices.lid().ifPresent(lid -> lids.learn(devices.user(), lid)));
        return answer;
    }

    private CompletionStage<Acknowledgement> devicesChanged(Node notification) {
        Jid user = notification.requireJid("from");
        Jid lid = notification.jid("lid");
        return CompletableFuture.supplyAsync(
                () -> {
                    if (lid != null) {
                        lids.learn(user, lid);
                    }
                    forget(user);
                    return Acknowledgement.ACK;
                },
                executor);
    }

    /** Tells of changes of the own account, its devices among them; only these concern this room. */
    private CompletionStage<Acknowledgement> ownAccountChanged(Node notification) {
        return notification.child("devices") == null
                ? CompletableFuture.completedFuture(Acknowledgement.ACK)
                : devicesChanged(notification);
    }
}
