package dev.waxwing.examples;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.waxwing.Socket;
import dev.waxwing.SocketConfig;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessageTrace;
import dev.waxwing.model.Jid;
import dev.waxwing.model.ReceiptType;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Two accounts link, exchange a message and a reply, and see each other's receipts, through a server inside this
 * process. Needs no phone, no account and no network.
 */
public final class TwoAccounts {

    private static final int PATIENCE_SECONDS = 60;

    private TwoAccounts() {}

    /**
     * Runs the exchange and prints it.
     *
     * @param args ignored
     * @throws Exception if anything does not happen within a minute
     */
    public static void main(String[] args) throws Exception {
        try (LoopbackServer server = LoopbackServer.start();
                Socket alice = link(server, "alice");
                Socket bob = link(server, "bob")) {
            Jid bobsNumber = bob.user().orElseThrow().withoutDevice();
            CompletableFuture<MessageTrace> sent = next(alice, MessageTrace.Direction.SEND);
            CompletableFuture<MessageTrace> arrived = next(bob, MessageTrace.Direction.RECEIVE);
            CompletableFuture<WebMessage> atBob = nextMessage(bob);
            CompletableFuture<Void> ticks = receipts(alice, "alice");

            var acknowledged = alice.sendMessage(bobsNumber, Content.text("Hello Bob, this is Alice"))
                    .get(PATIENCE_SECONDS, SECONDS);
            System.out.println("alice sent " + acknowledged.id() + ", acknowledged by the server");
            WebMessage message = atBob.get(PATIENCE_SECONDS, SECONDS);
            print(sent.get(PATIENCE_SECONDS, SECONDS));
            print(arrived.get(PATIENCE_SECONDS, SECONDS));
            System.out.println("bob received: " + message.text());

            bob.readMessages(List.of(message.key())).get(PATIENCE_SECONDS, SECONDS);
            ticks.get(PATIENCE_SECONDS, SECONDS);

            CompletableFuture<WebMessage> atAlice = nextMessage(alice);
            CompletableFuture<Void> replyTicks = receipts(bob, "bob");
            bob.sendMessage(
                            message.key().remoteJid(),
                            Content.text("Hello Alice, I hear you").quoting(message))
                    .get(PATIENCE_SECONDS, SECONDS);
            WebMessage reply = atAlice.get(PATIENCE_SECONDS, SECONDS);
            alice.readMessages(List.of(reply.key())).get(PATIENCE_SECONDS, SECONDS);
            replyTicks.get(PATIENCE_SECONDS, SECONDS);
            System.out.println("alice received: " + reply.text());
        }
    }

    private static Socket link(LoopbackServer server, String name) throws Exception {
        SocketConfig config = SocketConfig.builder()
                .store(MemoryStore.create())
                .connection(connection -> connection
                        .uri(server.uri())
                        .noiseRootPublicKey(server.noiseRootPublicKey())
                        .trustedCertificates(List.of(server.caCertificate())))
                .markOnlineOnConnect(true)
                .linking(linking -> linking.pushName(name))
                .tracePipeline(true)
                .build();
        // The simulated phone scans what a person would scan off the screen.
        Socket socket = Socket.builder(config)
                .on(
                        Events.CONNECTION_UPDATE,
                        update -> update.qr().ifPresent(qr -> {
                            System.out.println(
                                    name + " shows a QR code of " + qr.length() + " characters; the phone scans it");
                            server.phone(name).scanQr(qr);
                        }))
                .start();
        socket.whenOpen().get(PATIENCE_SECONDS, SECONDS);
        System.out.println(name + " is linked as " + socket.user().orElseThrow());
        return socket;
    }

    private static CompletableFuture<WebMessage> nextMessage(Socket socket) {
        CompletableFuture<WebMessage> message = new CompletableFuture<>();
        socket.ev()
                .once(
                        Events.MESSAGES_UPSERT,
                        batch -> message.complete(batch.messages().get(0)));
        return message;
    }

    private static CompletableFuture<MessageTrace> next(Socket socket, MessageTrace.Direction direction) {
        CompletableFuture<MessageTrace> trace = new CompletableFuture<>();
        socket.ev().on(Events.MESSAGE_TRACE, candidate -> {
            if (candidate.direction() == direction) {
                trace.complete(candidate);
            }
        });
        return trace;
    }

    /** Completes when both the delivery and the read receipt have come. */
    private static CompletableFuture<Void> receipts(Socket socket, String name) {
        CompletableFuture<Void> delivered = new CompletableFuture<>();
        CompletableFuture<Void> read = new CompletableFuture<>();
        socket.ev().on(Events.MESSAGE_RECEIPT_UPDATE, receipt -> {
            CompletableFuture<Void> step = receipt.type() == ReceiptType.READ ? read : delivered;
            if (!step.isDone()) {
                // Printed first: whoever waits for this goes on to print the last line.
                System.out.println(name + " sees " + receipt.key().id() + " " + (step == read ? "read" : "delivered"));
                step.complete(null);
            }
        });
        return CompletableFuture.allOf(delivered, read);
    }

    private static void print(MessageTrace trace) {
        System.out.println("  " + trace.direction().name().toLowerCase(java.util.Locale.ROOT) + " " + trace.id());
        for (int i = 0; i < trace.steps().size(); i++) {
            MessageTrace.Step step = trace.steps().get(i);
            System.out.printf(
                    "    %d. %-28s %9.3f ms%n", i + 1, step.name(), step.took().toNanos() / 1e6);
        }
    }
}
