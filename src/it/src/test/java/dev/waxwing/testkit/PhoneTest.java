package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.phone.PhoneMessage;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Simulated phones among themselves: they encrypt for each other as any two clients do. */
final class PhoneTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private LoopbackServer server;
    private Phone alice;
    private Phone bob;

    @BeforeEach
    void start() {
        server = LoopbackServer.start();
        alice = server.phone("Alice");
        bob = server.phone("Bob");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Predicate<PhoneMessage> text(String wanted) {
        return message -> message.text().equals(wanted);
    }

    @Test
    void givenTwoPhones_whenOneWrites_thenTheOtherReadsItAndAnswers() throws Exception {
        PhoneMessage sent = alice.sendText(bob.lid(), "hello");

        PhoneMessage read = bob.await(text("hello"), PATIENCE);
        assertThat(read.id()).isEqualTo(sent.id());
        assertThat(read.chat()).isEqualTo(alice.jid());
        assertThat(read.author()).isEqualTo(alice.jid());
        assertThat(read.fromMe()).isFalse();
        bob.sendText(alice.jid(), "hello yourself");
        assertThat(alice.await(text("hello yourself"), PATIENCE).fromMe()).isFalse();
        assertThat(alice.messages()).extracting(PhoneMessage::text).containsExactly("hello", "hello yourself");
        assertThat(alice.received()).extracting(PhoneMessage::text).containsExactly("hello yourself");
    }

    @Test
    void givenNobodysAddress_whenThePhoneWrites_thenTheCallSaysSo() {
        assertThatIllegalArgumentException().isThrownBy(() -> alice.sendText(Jid.phone("19995550000"), "hello"));
        assertThatIllegalArgumentException().isThrownBy(() -> alice.sendText(Jid.group("1"), "hello"));
    }

    @Test
    void givenPhoneThatIsOff_whenItIsSwitchedOn_thenItReadsWhatCameMeanwhile() throws Exception {
        bob.setOnline(false);
        alice.sendText(bob.jid(), "one");
        alice.sendText(bob.jid(), "two");

        assertThat(bob.received()).isEmpty();
        assertThatIllegalStateException().isThrownBy(() -> bob.sendText(alice.jid(), "I am off"));
        bob.setOnline(true);

        assertThat(bob.await(text("two"), PATIENCE).author()).isEqualTo(alice.jid());
        assertThat(bob.received()).extracting(PhoneMessage::text).containsExactly("one", "two");
    }

    @Test
    void givenGroup_whenAPhoneWrites_thenTheOthersPhonesReadItUnderTheGroup() throws Exception {
        try (RawDevice companion = RawDevice.online(server, "Alice")) {
            Node created = companion
                    .client()
                    .ask(Node.builder("iq")
                            .attr("to", Jid.GROUP_SERVER)
                            .attr("type", "set")
                            .attr("xmlns", "w:g2")
                            .child(Node.builder("create")
                                    .attr("subject", "Berries")
                                    .child(Node.builder("participant")
                                            .attr("jid", bob.jid())
                                            .build())
                                    .build()));
            Jid group = Jid.group(created.requireChild("group").requireAttr("id"));

            alice.sendText(group, "first");
            alice.sendText(group, "second");

            assertThat(bob.await(text("second"), PATIENCE).chat()).isEqualTo(group);
            assertThat(bob.received())
                    .allMatch(message -> message.author().equals(alice.jid()))
                    .extracting(PhoneMessage::text)
                    .containsExactly("first", "second");
        }
    }

    @Test
    void givenContact_whenThePhoneIsInstalledAnew_thenItIsToldAndTheOldKeysAreGone() throws Exception {
        try (RawDevice carol = RawDevice.online(server, "Carol");
                RawDevice companion = RawDevice.online(server, "Bob")) {
            carol.send(RawDevice.message("hello", bob.jid(), companion.jid()));
            byte[] before = identityOf(carol, bob.jid());
            alice.sendText(bob.jid(), "before");
            bob.await(text("before"), PATIENCE);

            bob.rotateIdentity();

            assertThat(companion.client().next("stream:error").attr("code")).isEqualTo("401");
            assertThat(bob.companions()).isEmpty();
            Node notice = carol.client().next("notification");
            while (!"encrypt".equals(notice.attr("type"))) {
                notice = carol.client().next("notification");
            }
            assertThat(notice.jid("from")).isEqualTo(bob.jid());
            assertThat(notice.jid("lid")).isEqualTo(bob.lid());
            assertThat(notice.child("identity")).isNotNull();
            assertThat(identityOf(carol, bob.jid())).isNotEqualTo(before);
            assertThat(bob.messages()).isEmpty();
            // Both ways, since the other phone's session with the old keys must be gone, too.
            alice.sendText(bob.jid(), "after");
            assertThat(bob.await(text("after"), PATIENCE).author()).isEqualTo(alice.jid());
            bob.sendText(alice.jid(), "back again");
            assertThat(alice.await(text("back again"), PATIENCE).author()).isEqualTo(bob.jid());
        }
    }

    private static byte[] identityOf(RawDevice asking, Jid device) throws Exception {
        return asking.client()
                .ask(RawClient.iq("get", "encrypt")
                        .child(Node.builder("key")
                                .child(Node.builder("user").attr("jid", device).build())
                                .build()))
                .requireChild("list")
                .requireChild("user")
                .requireChild("identity")
                .requireBytes();
    }

    @Test
    void givenPhoneThatNobodyUses_whenItsAccountGetsMessages_thenThereIsNoThreadForIt() throws Exception {
        try (RawDevice carol = RawDevice.online(server, "Carol")) {
            for (int i = 0; i < 300; i++) {
                carol.send(RawDevice.message("M" + i, bob.jid(), bob.jid()));
            }

            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .doesNotContain("waxwing-loopback-phones");
            // What it cannot read does not keep it from reading the rest.
            alice.sendText(bob.jid(), "hello");
            assertThat(bob.await(text("hello"), PATIENCE).chat()).isEqualTo(alice.jid());
        }
    }
}
