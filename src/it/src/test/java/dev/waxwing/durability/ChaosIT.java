package dev.waxwing.durability;

import static dev.waxwing.durability.ChaosDevices.ACCOUNTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.model.Jid;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.FaultAction;
import io.netty.util.ResourceLeakDetector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Three accounts with two devices each write to each other through a server that drops, delays, duplicates and reorders
 * stanzas of every kind, both ways, and cuts connections, all at random. No application helps: each message is handed
 * over once. In the end every device of the recipient and the sender's other device have heard every message exactly
 * once.
 *
 * <p>The order of each chat is the one in which the server delivered its messages to the device: that in which it wrote
 * them to the device's connection, each counted where it was first written and got there; {@link DeliveryOrder} says
 * what that means when connections are cut. What was dropped on the way to the device comes again after its next login,
 * so its place is there. A message that the device could not decrypt and asked for again counts as delivered when it
 * came anew, which may be before or after others that passed it: these few, which are counted and printed, are left out
 * of the comparison of order and nothing else.
 *
 * <p>The seed is printed; {@code -Dwaxwing.chaos.seed=…} repeats the chances, though not the timing.
 */
final class ChaosIT {

    private static final int MESSAGES = 5000;

    private final long seed = ChaosDevices.seed();
    private final ChaosWire wire = new ChaosWire();

    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

    /**
     * The thorough level keeps a stack trace of each touch of each buffer, which over so many stanzas is most of the
     * work.
     */
    @BeforeEach
    void takeSamplesOfBuffers() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
    }

    @AfterEach
    void restoreLeakDetection() {
        ResourceLeakDetector.setLevel(level);
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void givenEveryKindOfFault_whenThreeAccountsWriteToEachOther_thenAllArriveOnceInTheOrderOfDelivery()
            throws Exception {
        System.out.println("ChaosIT: -Dwaxwing.chaos.seed=" + seed);
        try (LoopbackServer server =
                LoopbackServer.builder().strict(true).seed(seed).start()) {
            StanzaTap tap = StanzaTap.on(server, wire::look);
            try (ChaosDevices devices = ChaosDevices.link(server, seed)) {
                devices.all().forEach(wire::know);
                addFaults(devices);
                List<String> sent = sendAll(devices.all(), MESSAGES, 0);
                devices.awaitAcks();
                server.faults().clear();
                // What was dropped on the way to a device comes when it logs in again.
                devices.cutAll();
                awaitHeard(devices.all(), sent);
                devices.cutAll();
                // What is heard behind these messages is behind all that could come twice.
                List<String> all = new ArrayList<>(sent);
                all.addAll(sendAll(devices.all(), devices.all().size() * ACCOUNTS.size(), MESSAGES));
                devices.awaitAcks();
                awaitHeard(devices.all(), all);

                int again = devices.all().stream()
                        .mapToInt(device -> wire.askedAgain(device.name()).size())
                        .sum();
                System.out.println("ChaosIT: asked for again: " + again);
                assertThat(tap.failure()).as(seed()).isEmpty();
                devices.all().forEach(device -> assertEverythingOnceInOrder(device, devices.all(), all));
                assertThat(wire.reusedKeys()).as(seed()).isEmpty();
            } finally {
                System.out.println("ChaosIT: " + wire);
            }
        }
    }

    /** These chances are those of a stanza to be struck by each. */
    private static void addFaults(ChaosDevices devices) {
        devices.strike(0.001, new FaultAction.Drop());
        devices.strike(0.01, new FaultAction.Delay(Duration.ofMillis(15)));
        devices.strike(0.003, new FaultAction.Delay(Duration.ofMillis(150)));
        devices.strike(0.01, new FaultAction.Duplicate());
        devices.strike(0.005, new FaultAction.Reorder(1));
        devices.strike(0.003, new FaultAction.Reorder(5));
        devices.strike(0.0002, new FaultAction.Close(0));
        devices.strike(0.00005, new FaultAction.StreamError(503));
    }

    /** Every device writes its share to the other accounts in turn by chance. */
    private List<String> sendAll(List<ChaosDevice> devices, int messages, int firstNumber) throws Exception {
        List<String> ids = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(devices.size());
        try {
            List<Future<List<String>>> shares = new ArrayList<>();
            for (int i = 0; i < devices.size(); i++) {
                ChaosDevice device = devices.get(i);
                int share = messages * (i + 1) / devices.size() - messages * i / devices.size();
                Random random = new Random(seed + firstNumber + i);
                shares.add(threads.submit(() -> send(device, devices, firstNumber, share, random)));
            }
            for (Future<List<String>> share : shares) {
                ids.addAll(share.get());
            }
            return ids;
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<String> send(
            ChaosDevice from, List<ChaosDevice> devices, int firstNumber, int count, Random random)
            throws InterruptedException {
        List<String> ids = new ArrayList<>(count);
        List<Character> others = ACCOUNTS.stream()
                .filter(account -> account != from.name().account())
                .toList();
        for (int number = firstNumber; number < firstNumber + count; number++) {
            char to = others.get(random.nextInt(others.size()));
            String id = from.name().messageTo(to, number);
            from.send(addressOf(to, devices, random), id);
            ids.add(id);
        }
        return ids;
    }

    /** By phone number or LID: it is the same person. */
    private static Jid addressOf(char account, List<ChaosDevice> devices, Random random) {
        List<Jid> forms = devices.stream()
                .filter(device -> device.name().account() == account)
                .findFirst()
                .orElseThrow()
                .account();
        return forms.get(random.nextInt(forms.size()));
    }

    private static void awaitHeard(List<ChaosDevice> devices, List<String> sent) throws InterruptedException {
        long deadline = ChaosDevices.deadline();
        for (ChaosDevice device : devices) {
            device.awaitHeard(sent.stream().filter(device.name()::mustHear).count(), deadline);
        }
    }

    private void assertEverythingOnceInOrder(ChaosDevice device, List<ChaosDevice> devices, List<String> sent) {
        ChaosName name = device.name();
        List<WebMessage> heard = device.heard();
        List<String> ids = heard.stream().map(WebMessage::id).toList();
        assertThat(ids)
                .as("heard by %s %s", name, seed())
                .containsExactlyInAnyOrderElementsOf(
                        sent.stream().filter(name::mustHear).toList());
        for (WebMessage message : heard) {
            char chat = name.chatOf(message.id());
            assertThat(message.text()).as(seed()).isEqualTo(Script.text(message.id()));
            assertThat(message.key().fromMe())
                    .as("%s at %s", message.key(), name)
                    .isEqualTo(name.isOwn(message.id()));
            assertThat(devices)
                    .as("%s at %s", message.key(), name)
                    .anyMatch(other -> other.name().account() == chat
                            && other.account().contains(message.key().remoteJid()));
        }
        for (char with : ACCOUNTS) {
            assertThat(wire.firstOutOfOrder(
                            name,
                            with,
                            ids.stream().filter(id -> name.chatOf(id) == with).toList()))
                    .as("first out of order at %s in the chat with %s %s", name, with, seed())
                    .isEmpty();
        }
    }

    private String seed() {
        return "with seed " + seed;
    }
}
