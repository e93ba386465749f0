package dev.waxwing.internal.device;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.IdentityNotConfirmedException;
import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.model.Jid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/**
 * Makes sure that there is a Signal session with each device a message goes to. Missing ones are built from key
 * bundles, asked for in one request; two callers who miss the same session share the request.
 */
public final class SessionBuilder {

    private final StanzaStream stream;
    private final SignalSessions sessions;
    private final LidMappings lids;
    private final Executor executor;
    private final BiConsumer<Jid, WaxwingException> refused;
    private final Map<Jid, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

    /**
     * Creates one for an account.
     *
     * @param stream where to ask for bundles
     * @param sessions where sessions are kept
     * @param lids which addresses are one person, over the same sessions
     * @param executor runs what waits for answers; may block on the store
     * @param refused is told of each device whose keys cannot be read or are not the device's, and why; called on the
     *     executor
     */
    public SessionBuilder(
            StanzaStream stream,
            SignalSessions sessions,
            LidMappings lids,
            Executor executor,
            BiConsumer<Jid, WaxwingException> refused) {
        this.stream = requireNonNull(stream, "stream");
        this.sessions = requireNonNull(sessions, "sessions");
        this.lids = requireNonNull(lids, "lids");
        this.executor = requireNonNull(executor, "executor");
        this.refused = requireNonNull(refused, "refused");
    }

    /**
     * Builds the sessions that are missing. Call off the event loop: it reads the store.
     *
     * @param devices canonical device addresses
     * @return completes when all that can be built are built; a device whose bundle is missing or is not the device's
     *     is told as refused and stays without a session. Fails as {@link StanzaStream#request} does, and with {@link
     *     IdentityNotConfirmedException} if a person's key is to be confirmed first
     */
    public CompletableFuture<Void> ensureSessions(Collection<Jid> devices) {
        List<CompletableFuture<Void>> awaited = new ArrayList<>();
        List<Jid> mine = new ArrayList<>();
        CompletableFuture<Void> build = new CompletableFuture<>();
        for (Jid device : sessions.withoutSession(devices)) {
            CompletableFuture<Void> others = underWay.putIfAbsent(device, build);
            if (others == null) {
                mine.add(device);
            } else {
                awaited.add(others);
            }
        }
        if (!mine.isEmpty()) {
            awaited.add(build);
            stream.request(KeyBundles.request(mine))
                    .thenAcceptAsync(answer -> build(answer, false), executor)
                    .whenComplete((done, failure) -> {
                        mine.forEach(device -> underWay.remove(device, build));
                        if (failure == null) {
                            build.complete(null);
                        } else {
                            build.completeExceptionally(failure);
                        }
                    });
        }
        return CompletableFuture.allOf(awaited.toArray(CompletableFuture<?>[]::new));
    }

    /**
     * Starts another session with a device, from keys fetched now: for a session that the device cannot use. The one
     * that is there stays in the archive, for messages under way.
     *
     * @param device a canonical device address
     * @return completes when the session is built, or the device turned out to have no keys that verify, which is
     *     told. Fails as {@link StanzaStream#request} does
     */
    public CompletableFuture<Void> renewSession(Jid device) {
        return stream.request(KeyBundles.requestAnew(device)).thenAcceptAsync(answer -> build(answer, true), executor);
    }

    private void build(Node answer, boolean anew) {
        Map<Jid, PreKeyBundle> bundles = KeyBundles.answer(answer, refused);
        // Phones first: what they have signed can be checked only when their own keys are known.
        List<Map.Entry<Jid, PreKeyBundle>> inOrder = new ArrayList<>(bundles.entrySet());
        inOrder.sort(Comparator.comparing(bundle -> bundle.getKey().device() != 0));
        IdentityNotConfirmedException unconfirmed = null;
        for (Map.Entry<Jid, PreKeyBundle> entry : inOrder) {
            Jid device = entry.getKey();
            PreKeyBundle bundle = entry.getValue();
            try {
                lids.inTransaction(List.of(device), peers -> {
                    // Somebody may have written to us meanwhile; the session they opened must not be thrown away.
                    if (anew || !peers.hasSession(device)) {
                        peers.buildSession(device, bundle);
                    }
                    return true;
                });
            } catch (PeerKeyRejectedException e) {
                refused.accept(device, e);
            } catch (IdentityNotConfirmedException e) {
                // The others are none the worse for it.
                unconfirmed = e;
            }
        }
        if (unconfirmed != null) {
            throw unconfirmed;
        }
    }
}
