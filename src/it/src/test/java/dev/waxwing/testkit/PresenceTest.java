package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is online and who is typing. */
final class PresenceTest {

    @RegisterExtension
    final RawDevices devices = new RawDevices();

    private final LoopbackServer server = devices.server();
    private RawDevice alice;
    private RawDevice bob;

    @BeforeEach
    void link() throws Exception {
        alice = devices.online("Alice");
        bob = devices.online("Bob");
    }

    @Test
    void givenSubscription_whenTheOtherComesAndGoes_thenEachIsToldByTheAddressSubscribedTo() throws Exception {
        subscribe(alice, bob.lid());
        Node before = alice.client().next("presence");
        bob.client().send(presence("available"));
        Node online = alice.client().next("presence");
        bob.close();
        Node after = alice.client().next("presence");

        assertThat(before.attr("type")).isEqualTo("unavailable");
        assertThat(before.hasAttr("last")).as("clients read a number or deny").isFalse();
        assertThat(online.jid("from")).isEqualTo(bob.lid());
        assertThat(online.hasAttr("type")).isFalse();
        assertThat(after.attr("type")).isEqualTo("unavailable");
        assertThat(after.longAttr("last", 0)).isPositive();
    }

    @Test
    void givenPresenceWithName_whenAMessageFollows_thenItCarriesTheNewName() throws Exception {
        bob.client()
                .send(Node.builder("presence")
                        .attr("name", "Robert")
                        .attr("type", "available")
                        .build());
        bob.send(RawDevice.message("M1", alice.phone(), alice.jid()));

        assertThat(alice.client().next("message").attr("notify")).isEqualTo("Robert");
    }

    @Test
    void givenTyping_whenTheOtherIsOnline_thenItSeesItWithoutSubscription() throws Exception {
        bob.client().send(typing(alice.phone()));

        Node state = alice.client().next("chatstate");
        assertThat(state.jid("from")).isEqualTo(bob.phone());
        assertThat(state.child("composing")).isNotNull();
    }

    @Test
    void givenTypingToSomebodyAway_whenItComesBackInTime_thenItSeesItAndElseNot() throws Exception {
        try (RawDevice charlie = RawDevice.link(server, "Charlie")) {
            bob.client().send(typing(charlie.phone()));
            bob.client().ask(RawClient.iq("get", "w:p"));
            charlie.goActive();
            assertThat(charlie.client().next("chatstate").jid("from")).isEqualTo(bob.phone());
        }
        try (RawDevice dora = RawDevice.link(server, "Dora")) {
            bob.client().send(typing(dora.phone()));
            bob.client().ask(RawClient.iq("get", "w:p"));
            server.clock().advance(Duration.ofSeconds(10));
            dora.goActive();
            dora.client().ask(RawClient.iq("get", "w:p"));
            assertThat(dora.client().received()).noneMatch(node -> node.tag().equals("chatstate"));
        }
    }

    private static void subscribe(RawDevice who, Jid whom) {
        who.client().send(presence("subscribe").toBuilder().attr("to", whom).build());
    }

    private static Node presence(String type) {
        return Node.builder("presence").attr("type", type).build();
    }

    private static Node typing(Jid to) {
        return Node.builder("chatstate")
                .attr("to", to)
                .child(Node.builder("composing").build())
                .build();
    }
}
