package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.isEvent;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The other side links and unlinks stock Baileys devices while a conversation is under way. */
class ChangedDevicesIT {
    private LoopbackServer server;
    private WaxwingClient alice;

    @BeforeEach
    void start() throws Exception {
        server = LoopbackServer.start();
        alice = WaxwingClient.link(server, "alice", "Alice");
    }

    @AfterEach
    @SuppressWarnings("try") // opened only to be closed
    void stop() {
        try (LoopbackServer s = server;
                WaxwingClient a = alice) {
            // Each is closed, the server last, even if one of them fails; null ones are passed over.
        }
    }

    @Test
    void givenConversation_whenTheOtherSideLinksADevice_thenItTakesPartFromThenOn() throws Exception {
        try (WaxwingClient bob = WaxwingClient.link(server, "bob", "Bob")) {
            bob.awaitMessage(alice.sendText(bob.phoneNumber(), "before"));
            try (BaileysClient tablet = BaileysClient.link(server, "tablet", "Bob")) {
                noticeToAlice("add", bob.phoneNumber(), bob.lid(), Jid.parse(tablet.deviceId()));
                String id = alice.sendText(bob.phoneNumber(), "after");
                bob.awaitMessage(id);
                assertThat(tablet.awaitMessage(id).path("text").asText()).isEqualTo("after");

                String back = tablet.sendText(alice.lid().toString(), "I am new here");
                assertThat(alice.awaitMessage(back).text()).isEqualTo("I am new here");
                assertThat(bob.awaitMessage(back).key().fromMe()).isTrue();
                assertThat(tablet.undecryptable()).isEmpty();
            }
            ServerTraffic.assertSound(server);
        }
    }

    @Test
    void givenTwoDevices_whenThePhoneRemovesOne_thenNothingIsSentToItAnyMore() throws Exception {
        try (BaileysClient bob = BaileysClient.link(server, "bob", "Bob");
                BaileysClient tablet = BaileysClient.link(server, "tablet", "Bob")) {
            String before = alice.sendText(bob.phoneNumber(), "before");
            bob.awaitMessage(before);
            tablet.awaitMessage(before);
            Jid removed = Jid.parse(tablet.deviceId());
            assertThat(recipients(before)).contains(removed.device());

            server.phone("Bob").removeCompanion(removed);
            tablet.process().awaitEvent("the end of its link", event -> isEvent(event, "close"));
            noticeToAlice("remove", removed.withoutDevice(), Jid.parse(bob.lid()), removed);
            String after = alice.sendText(bob.phoneNumber(), "after");
            bob.awaitMessage(after);
            assertThat(recipients(after)).doesNotContain(removed.device());
            assertThat(server.unhandled()).isEmpty();
        }
    }

    /** What the service tells the people that an account writes with; waits until Alice has taken it in. */
    private void noticeToAlice(String change, Jid user, Jid lid, Jid device) {
        String id = change + "-" + device.device();
        Node changed = Node.builder(change)
                .attr("device_hash", "2:none")
                .child(Node.builder("device").attr("jid", device).build())
                .build();
        server.connections()
                .send(
                        alice.device(),
                        Node.builder("notification")
                                .attr("from", user)
                                .attr("type", "devices")
                                .attr("id", id)
                                .attr("t", server.clock().seconds())
                                .attr("lid", lid)
                                .child(changed)
                                .build());
        server.journal()
                .await(entry -> entry.is(Direction.IN, "ack")
                        && id.equals(entry.stanza().attr("id")))
                .orTimeout(45, SECONDS)
                .join();
    }

    /** The device numbers of Bob that a message of Alice was encrypted for. */
    private List<Integer> recipients(String messageId) {
        Jid alicesLid = alice.lid();
        return server
                .journal()
                .entries(entry -> ServerTraffic.isMessage(entry, Direction.IN, messageId))
                .get(0)
                .stanza()
                .requireChild("participants")
                .children("to")
                .stream()
                .map(to -> to.requireJid("jid"))
                .filter(jid -> !jid.sameUser(alicesLid))
                .map(Jid::device)
                .toList();
    }
}
