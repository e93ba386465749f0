package dev.waxwing.internal.device;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.account.KeyIndexList;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.threads.LookUp;
import dev.waxwing.model.Jid;
import dev.waxwing.model.UserDevices;
import dev.waxwing.store.UserDevicesCache;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which devices people have. Answers from a cache; what is missing there is asked for in one usync query for all, and
 * callers who ask for the same person at the same time share one query. A person's LID that an answer names is learned
 * on the way.
 *
 * <p>What makes a list outdated while a query for it is under way, a notice for instance, wins: the answer may be
 * older, so it is not kept, and whoever waits for it gets the answer to another query.
 */
public final class DeviceDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceDirectory.class);

    /** How often somebody is asked for in one look-up while the list keeps changing; then the last answer must do. */
    private static final int MOST_QUERIES = 3;

    private final StanzaStream stream;
    private final LidMappings lids;
    private final AccountRegistrations registrations;
    private final Executor executor;
    private final UserDevicesCache cache;
    private final Map<Jid, LookUp<Jid, UserDevices>> underWay = new ConcurrentHashMap<>();
    private final List<Consumer<Jid>> listeners = new CopyOnWriteArrayList<>();

    /**
     * Creates a directory.
     *
     * @param stream where to ask
     * @param lids learns the pairs that answers name
     * @param registrations looks at the signed lists that answers bring
     * @param executor runs what waits for answers; may block on the store
     * @param cache remembers the answers
     */
    public DeviceDirectory(
            StanzaStream stream,
            LidMappings lids,
            AccountRegistrations registrations,
            Executor executor,
            UserDevicesCache cache) {
        this.stream = requireNonNull(stream, "stream");
        this.lids = requireNonNull(lids, "lids");
        this.registrations = requireNonNull(registrations, "registrations");
        this.executor = requireNonNull(executor, "executor");
        this.cache = requireNonNull(cache, "cache");
    }

    /**
     * The devices of some people, each under the person's canonical address: the LID where it is known. Call off the
     * event loop: the cache may be the application's.
     *
     * @param users people, without devices
     * @return the devices in the order of the people, none for somebody who is not on the service; fails as
     *     {@link StanzaStream#request} does
     */
    public CompletableFuture<List<Jid>> devicesOf(Collection<Jid> users) {
        Set<Jid> asked = new LinkedHashSet<>();
        users.forEach(user -> asked.add(user.person()));
        Map<Jid, CompletableFuture<UserDevices>> found = lookUp(asked, 1);
        return CompletableFuture.allOf(found.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> {
                    List<Jid> devices = new ArrayList<>();
                    found.values().forEach(one -> devices.addAll(addresses(one.join())));
                    return devices;
                });
    }

    private static List<Jid> addresses(UserDevices known) {
        Jid address = known.lid().orElse(known.user());
        return known.deviceIds().stream().map(address::withDevice).toList();
    }

    /**
     * Drops what is known of a person, in either form, so that the next look-up asks anew. Call off the event loop.
     *
     * @param user the person
     */
    public void forget(Jid user) {
        bothForms(user).forEach(form -> {
            outdate(form);
            remove(form);
            tell(form);
        });
    }

    /**
     * Tells of everybody whose devices are not what they were, for those who keep what they have made of them. That a
     * list is forgotten for its age is not told.
     *
     * @param listener called with each form of the person's address, off the event loop, when the list is changed;
     *     quick
     */
    public void onChange(Consumer<Jid> listener) {
        listeners.add(listener);
    }

    private void tell(Jid user) {
        listeners.forEach(listener -> listener.accept(user));
    }

    /**
     * Changes what is known of a person, in either form, as a notice says; what is not known stays so, and what does
     * not come out as the server has it is forgotten. Notices about one person must come one after the other.
     *
     * @param newest the newest list of the person's phone that is known
     * @return the device numbers that were known and are gone
     */
    Set<Integer> apply(Jid user, DeviceChange change, Optional<KeyIndexList> newest) {
        Optional<Jid> lid = user.isLid() ? Optional.of(user) : lids.counterpart(user);
        Set<Integer> gone = new LinkedHashSet<>();
        for (Jid form : bothForms(user)) {
            outdate(form);
            Optional<UserDevices> known = cached(form);
            if (known.isEmpty()) {
                tell(form);
                continue;
            }
            Optional<UserDevices> changed = change.applyTo(known.get(), user, lid, newest);
            if (changed.isEmpty()) {
                LOG.debug(
                        "What is known of the devices of {} is not what the server has; they are asked for anew", form);
                remove(form);
            } else {
                gone.addAll(known.get().deviceIds());
                changed.get().deviceIds().forEach(gone::remove);
                put(changed.get());
            }
            tell(form);
        }
        return gone;
    }

    private List<Jid> bothForms(Jid user) {
        Jid bare = user.person();
        return lids.counterpart(bare).map(other -> List.of(bare, other)).orElse(List.of(bare));
    }

    /** The query under way, if there is one, was asked before something that its answer may not know. */
    private void outdate(Jid user) {
        LookUp<Jid, UserDevices> asked = underWay.remove(user);
        if (asked != null) {
            asked.outdate();
        }
    }

    private Map<Jid, CompletableFuture<UserDevices>> lookUp(Set<Jid> asked, int round) {
        Map<Jid, CompletableFuture<UserDevices>> found = new LinkedHashMap<>();
        Map<Jid, LookUp<Jid, UserDevices>> mine = new LinkedHashMap<>();
        for (Jid user : asked) {
            Optional<UserDevices> known = cached(user);
            if (known.isPresent()) {
                found.put(user, CompletableFuture.completedFuture(known.get()));
                continue;
            }
            LookUp<Jid, UserDevices> lookUp = new LookUp<>(user);
            LookUp<Jid, UserDevices> others = underWay.putIfAbsent(user, lookUp);
            if (others == null) {
                mine.put(user, lookUp);
            }
            found.put(user, (others == null ? lookUp : others).result());
        }
        // Another query may have ended between the two looks.
        mine.values().removeIf(lookUp -> {
            Optional<UserDevices> known = cached(lookUp.subject());
            known.ifPresent(devices -> end(lookUp, devices));
            return known.isPresent();
        });
        if (!mine.isEmpty()) {
            query(mine, round);
        }
        return found;
    }

    private void query(Map<Jid, LookUp<Jid, UserDevices>> mine, int round) {
        stream.request(DeviceQuery.request(stream.nextId(), mine.keySet()))
                .thenAcceptAsync(answer -> answered(mine, DeviceQuery.answer(answer, mine.keySet()), round), executor)
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        // Nothing is remembered of it: the next look-up asks again.
                        mine.values().forEach(lookUp -> {
                            underWay.remove(lookUp.subject(), lookUp);
                            lookUp.result().completeExceptionally(failure);
                        });
                    }
                });
    }

    private void answered(Map<Jid, LookUp<Jid, UserDevices>> mine, Map<Jid, DeviceQuery.Answer> answers, int round) {
        Map<Jid, Optional<KeyIndexList>> lists = new LinkedHashMap<>();
        answers.forEach((user, answer) -> {
            answer.lid().ifPresent(lid -> lids.learn(user, lid));
            lists.put(user, answer.keyIndexes());
        });
        Map<Jid, KeyIndexList> newest = registrations.seen(lists);
        mine.forEach((user, lookUp) -> {
            UserDevices devices =
                    answers.getOrDefault(user, DeviceQuery.none(user)).devices(Optional.ofNullable(newest.get(user)));
            Optional<Jid> other = otherForm(user, devices);
            if (devices.deviceIds().isEmpty() && other.isPresent()) {
                askByOtherForm(lookUp, other.get());
                return;
            }
            boolean kept = lookUp.unlessOutdated(() -> put(devices));
            if (kept || round >= MOST_QUERIES) {
                end(lookUp, devices);
            } else {
                askAgain(lookUp, round + 1);
            }
        });
    }

    private Optional<Jid> otherForm(Jid user, UserDevices devices) {
        return devices.lid().filter(lid -> !lid.equals(user)).or(() -> lids.counterpart(user));
    }

    /** Who moved to the LID may have no devices under the number any more. */
    private void askByOtherForm(LookUp<Jid, UserDevices> lookUp, Jid other) {
        stream.request(DeviceQuery.request(stream.nextId(), List.of(other)))
                .thenAcceptAsync(
                        iq -> {
                            DeviceQuery.answer(iq, List.of(other)).forEach((user, answer) -> {
                                Optional<KeyIndexList> newest = registrations.seen(user, answer.keyIndexes());
                                UserDevices devices = new UserDevices(
                                        lookUp.subject(),
                                        user.isLid() ? Optional.of(user) : Optional.empty(),
                                        answer.devices(newest).deviceIds());
                                lookUp.unlessOutdated(() -> put(devices));
                                end(lookUp, devices);
                            });
                        },
                        executor)
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        underWay.remove(lookUp.subject(), lookUp);
                        lookUp.result().completeExceptionally(failure);
                    }
                });
    }

    private void askAgain(LookUp<Jid, UserDevices> lookUp, int round) {
        for (CompletableFuture<UserDevices> again :
                lookUp(Set.of(lookUp.subject()), round).values()) {
            again.whenComplete((devices, failure) -> {
                if (failure == null) {
                    lookUp.result().complete(devices);
                } else {
                    lookUp.result().completeExceptionally(failure);
                }
            });
        }
    }

    private void end(LookUp<Jid, UserDevices> lookUp, UserDevices devices) {
        underWay.remove(lookUp.subject(), lookUp);
        lookUp.result().complete(devices);
    }

    private Optional<UserDevices> cached(Jid user) {
        try {
            return cache.get(user).filter(devices -> !devices.deviceIds().isEmpty());
        } catch (RuntimeException e) {
            LOG.warn("The cache of device lists failed; the server is asked", e);
            return Optional.empty();
        }
    }

    /**
     * That somebody has no device is not remembered: it may be true of one form of the address alone, and change any
     * time.
     */
    private void put(UserDevices devices) {
        if (devices.deviceIds().isEmpty()) {
            remove(devices.user());
            return;
        }
        try {
            cache.put(devices);
        } catch (RuntimeException e) {
            LOG.warn("The cache of device lists failed; the server will be asked again", e);
        }
    }

    private void remove(Jid user) {
        try {
            cache.remove(user);
        } catch (RuntimeException e) {
            LOG.error("The cache of device lists failed to forget {}, whose devices have changed", user, e);
        }
    }
}
