package dev.waxwing.internal.contact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.contact.About;
import dev.waxwing.contact.DisappearingMode;
import dev.waxwing.contact.OnWhatsApp;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the server tells of users, in other orders and shapes than it was asked. */
final class LookedUpTest {

    private static final Jid ALICE = Jid.phone("15550001001");
    private static final Jid BOB = Jid.phone("15550001002");
    private static final Jid BOB_LID = Jid.lid("100000000000002");

    @Test
    void givenAnswersInAnotherOrder_whenRead_thenEachIsOfTheNumberThatItEchoes() {
        List<OnWhatsApp> read = LookedUp.numbers(
                List.of("15550001001", "15550001002", "15550001003", "15550001004"),
                List.of(
                        contact("in", "+15550001002@c.us")
                                .attr("jid", BOB_LID)
                                .attr("pn_jid", BOB)
                                .build(),
                        contact("out", "+15550001001@c.us").attr("jid", ALICE).build(),
                        contact("invalid", "+15550001003").build(),
                        contact("in", "+19990001003").attr("jid", ALICE).build()));

        assertThat(read)
                .containsExactly(
                        none("15550001001"),
                        new OnWhatsApp("15550001002", true, Optional.of(BOB), Optional.of(BOB_LID), Optional.empty()),
                        none("15550001003"),
                        none("15550001004"));
    }

    @Test
    void givenABusiness_whenRead_thenItsNameIsTold() {
        byte[] details = {0x22, 3, 'B', 'a', 'y'};
        byte[] certificate = {0x12, 1, 7, 0x0a, 5, details[0], details[1], details[2], details[3], details[4]};

        assertThat(VerifiedNames.of(business(certificate))).contains("Bay");
        assertThat(VerifiedNames.of(business(new byte[] {0x0a, 9, 1}))).isEmpty();
        assertThat(VerifiedNames.of(business(new byte[0]))).isEmpty();
    }

    @Test
    void givenTextsAndTimers_whenRead_thenWhoIsLeftOutHasNone() {
        Node told = Node.builder("user")
                .attr("jid", BOB_LID)
                .attr("pn_jid", BOB)
                .child(Node.builder("status")
                        .attr("t", 1_760_000_000)
                        .text("Busy")
                        .build())
                .child(Node.builder("disappearing_mode")
                        .attr("duration", 86_400)
                        .attr("t", 1_760_000_000)
                        .build())
                .build();
        Instant then = Instant.ofEpochSecond(1_760_000_000);

        assertThat(LookedUp.abouts(List.of(ALICE, BOB), List.of(told)))
                .containsExactly(
                        new About(ALICE, Optional.empty(), Optional.empty()),
                        new About(BOB, Optional.of("Busy"), Optional.of(then)));
        assertThat(LookedUp.timers(List.of(ALICE, BOB), List.of(told)))
                .containsExactly(
                        new DisappearingMode(ALICE, Duration.ZERO, Optional.empty()),
                        new DisappearingMode(BOB, Duration.ofDays(1), Optional.of(then)));
    }

    private static Node business(byte[] certificate) {
        return Node.builder("user")
                .child(Node.builder("business")
                        .child(Node.builder("verified_name").bytes(certificate).build())
                        .build())
                .build();
    }

    private static OnWhatsApp none(String number) {
        return new OnWhatsApp(number, false, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static Node.Builder contact(String type, String number) {
        return Node.builder("user")
                .child(Node.builder("contact").attr("type", type).text(number).build());
    }
}
