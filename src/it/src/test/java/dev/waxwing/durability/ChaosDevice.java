package dev.waxwing.durability;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.waxwing.SendOptions;
import dev.waxwing.Socket;
import dev.waxwing.SocketConfig;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.model.Jid;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A device of {@link ChaosIT}: an ordinary socket, and what it heard. The application behind it does nothing about
 * faults.
 */
final class ChaosDevice implements AutoCloseable {

    private static final long LINK_SECONDS = 60;
    private static final int IN_FLIGHT = 24;

    private final ChaosName name;
    private final Socket socket;
    private final Semaphore free = new Semaphore(IN_FLIGHT);
    private final Map<String, Throwable> notSent = new ConcurrentHashMap<>();
    private final List<WebMessage> heard = new ArrayList<>();

    private ChaosDevice(LoopbackServer server, ChaosName name) {
        this.name = name;
        socket = Socket.connect(SocketConfig.builder()
                .store(MemoryStore.create())
                .connection(connection -> connection
                        .uri(server.uri())
                        .noiseRootPublicKey(server.noiseRootPublicKey())
                        .trustedCertificates(List.of(server.caCertificate()))
                        // All of what is lost has to be missed first, so be quick about it.
                        .connectTimeout(Duration.ofSeconds(6))
                        .queryTimeout(Duration.ofSeconds(5))
                        .keepAliveInterval(Duration.ofSeconds(5))
                        .keepAliveTimeout(Duration.ofSeconds(5))
                        .maxReconnectDelay(Duration.ofSeconds(1)))
                .sending(sending -> sending.ackTimeout(Duration.ofSeconds(4)))
                .linking(linking -> linking.pushName(name.accountName()))
                .markOnlineOnConnect(true)
                .build());
        socket.ev()
                .on(
                        Events.CONNECTION_UPDATE,
                        update -> update.qr()
                                .ifPresent(
                                        qr -> server.phone(name.accountName()).scanQr(qr)));
        socket.ev().on(Events.MESSAGES_UPSERT, this::hear);
    }

    static ChaosDevice link(LoopbackServer server, ChaosName name) throws Exception {
        ChaosDevice device = new ChaosDevice(server, name);
        try {
            device.socket.whenOpen().get(LINK_SECONDS, SECONDS);
            return device;
        } catch (Throwable failure) {
            device.close();
            throw failure;
        }
    }

    ChaosName name() {
        return name;
    }

    /** This device, by phone number. */
    Jid jid() {
        return socket.user().orElseThrow();
    }

    /** The account, in both forms. */
    List<Jid> account() {
        return List.of(jid().withoutDevice(), socket.lid().orElseThrow().withoutDevice());
    }

    private synchronized void hear(MessagesUpsert batch) {
        heard.addAll(batch.messages());
        notifyAll();
    }

    /** All messages heard so far, in order. */
    synchronized List<WebMessage> heard() {
        return List.copyOf(heard);
    }

    /**
     * Waits until it has heard so many messages; gives up silently, so that what is missing can be told.
     *
     * @param deadline of {@link System#nanoTime()}
     */
    synchronized void awaitHeard(long count, long deadline) throws InterruptedException {
        while (heard.size() < count) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    /** Sends a message; waits if many are on their way. */
    void send(Jid to, String id) throws InterruptedException {
        if (!free.tryAcquire(2, TimeUnit.MINUTES)) {
            throw new IllegalStateException(name + " waits for " + IN_FLIGHT + " acknowledgements");
        }
        socket.sendMessage(
                        to,
                        Content.text(Script.text(id)),
                        SendOptions.builder().messageId(id).build())
                .whenComplete((sent, failure) -> {
                    Optional.ofNullable(failure).ifPresent(why -> notSent.put(id, why));
                    free.release();
                });
    }

    /**
     * Waits until every message that it sent was acknowledged or has failed.
     *
     * @param deadline of {@link System#nanoTime()}
     * @return false if that took too long
     */
    boolean awaitAcks(long deadline) throws InterruptedException {
        if (!free.tryAcquire(IN_FLIGHT, deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        free.release(IN_FLIGHT);
        return true;
    }

    /** Messages that the library gave up, and why. */
    Map<String, Throwable> notSent() {
        return Map.copyOf(notSent);
    }

    @Override
    public void close() {
        socket.close();
    }
}
