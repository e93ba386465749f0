package dev.waxwing.internal.device;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.ParticipantHash;
import dev.waxwing.internal.threads.Lazy;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears from the ack of a message whether the server knows other devices than the message went to. Then the lists of
 * both sides are forgotten, so that the next message goes to the new ones; this one is not sent again by itself, for
 * peers that did so saw loops, and a device that lacks it asks. What the server hashes is not settled (peers disagree
 * on whether the sender counts), so either is taken for the same view, and somebody's list is forgotten at most once a
 * minute.
 */
public final class StaleDeviceLists {

    private static final Logger LOG = LoggerFactory.getLogger(StaleDeviceLists.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int REMEMBERED = 10_000;

    private final Supplier<Self> own;
    private final DeviceDirectory directory;
    private final Executor executor;
    private final Lazy<Cache<Jid, Boolean>> forgotten = new Lazy<>(() -> Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterWrite(PAUSE)
            .executor(Runnable::run)
            .build());

    /**
     * Creates one for an account.
     *
     * @param own who the account is now
     * @param directory whose lists may be stale
     * @param executor runs what may block
     */
    public StaleDeviceLists(Supplier<Self> own, DeviceDirectory directory, Executor executor) {
        this.own = requireNonNull(own, "own");
        this.directory = requireNonNull(directory, "directory");
        this.executor = requireNonNull(executor, "executor");
    }

    /**
     * A message was acknowledged. Returns at once, on any thread.
     *
     * @param message the {@code <message>} as it was sent
     * @param ack the server's answer
     */
    public void acknowledged(Node message, Node ack) {
        String hash = ack.attr("phash");
        Node participants = message.child("participants");
        if (hash == null || participants == null) {
            return;
        }
        List<Jid> devices = new ArrayList<>();
        for (Node participant : participants.children("to")) {
            devices.add(participant.requireJid("jid"));
        }
        Self self = own.get();
        boolean same = hash.equals(ParticipantHash.of(devices))
                || hash.equals(with(self.lid(), devices))
                || hash.equals(with(self.me(), devices));
        Jid to = message.requireJid("to").person();
        if (same || forgotten.get().asMap().putIfAbsent(to, true) != null) {
            return;
        }
        LOG.info("The server knows other devices than message {} went to; they are asked for anew", message.attr("id"));
        executor.execute(() -> {
            directory.forget(to);
            self.lid().or(self::me).ifPresent(directory::forget);
        });
    }

    private static @Nullable String with(Optional<Jid> thisDevice, List<Jid> devices) {
        List<Jid> all = new ArrayList<>(devices);
        return thisDevice
                .map(device -> {
                    all.add(device);
                    return ParticipantHash.of(all);
                })
                .orElse(null);
    }
}
