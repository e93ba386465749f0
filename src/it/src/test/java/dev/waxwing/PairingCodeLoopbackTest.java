package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.PairingFailedException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.Events;
import dev.waxwing.event.StanzaRefused;
import dev.waxwing.model.LinkRequest;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.Phone;
import dev.waxwing.testkit.server.ScanRefusedException;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.PairingFault;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.time.Duration;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Linking by pairing code, from the application to the phone and back. */
final class PairingCodeLoopbackTest {

    private static final String STEP = "link_code_companion_reg";

    private final LoopbackServer server = LoopbackServer.start();

    @RegisterExtension
    final Accounts accounts = new Accounts(server);

    private final Phone phone = server.phone("alice");

    @Test
    void givenACodeIsAskedForAtOnce_whenItIsTyped_thenTheSocketOpensAsThatAccountAndSends() throws Exception {
        Socket sock = connect(linking -> {});
        Heard<ConnectionUpdate> updates = Heard.on(sock, Events.CONNECTION_UPDATE);

        String code = code(sock);
        phone.enterPairingCode(code.substring(0, 4) + "-" + code.substring(4).toLowerCase(Locale.ROOT));
        sock.whenOpen().get(Client.PATIENCE_SECONDS, SECONDS);

        assertThat(code).matches("[1-9A-HJ-NP-TV-Z]{8}");
        assertThat(sock.user()).contains(phone.companions().get(0));
        assertThat(sock.lid().orElseThrow().withoutDevice()).isEqualTo(phone.lid());
        assertThat(updates.await(update -> update.state() == ConnectionUpdate.State.OPEN)
                        .newLogin())
                .isTrue();
        Client bob = accounts.client("bob");
        Heard<WebMessage> heard = bob.messages();
        sock.sendMessage(bob.jid(), Content.text("linked by code")).get(Client.PATIENCE_SECONDS, SECONDS);
        heard.await(message -> true);
        assertThat(server.unhandled()).isEmpty();
        assertThatThrownBy(() -> sock.requestPairingCode(number())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void givenACodeOfTheApplications_whenItIsTyped_thenTheSocketOpens() throws Exception {
        Socket sock = connect(linking -> {});

        assertThat(sock.requestPairingCode(number(), "WAXWTNG2").get(Client.PATIENCE_SECONDS, SECONDS))
                .isEqualTo("WAXWTNG2");
        phone.enterPairingCode("WAXWTNG2");

        sock.whenOpen().get(Client.PATIENCE_SECONDS, SECONDS);
    }

    @Test
    void givenAnotherCodeIsTyped_whenTheRightOneFollows_thenThePhoneRefusesTheFirstAndTheSocketOpens()
            throws Exception {
        Socket sock = connect(linking -> {});
        String code = code(sock);

        assertMistyped(code);
        phone.enterPairingCode(code);

        sock.whenOpen().get(Client.PATIENCE_SECONDS, SECONDS);
    }

    @Test
    void givenAnotherCodeIsTyped_whenTheCodeExpires_thenTheSocketClosesWithPairingFailed() throws Exception {
        Socket sock = connect(linking -> linking.pairingCodeTimeout(Duration.ofSeconds(5)));
        String code = code(sock);

        assertMistyped(code);

        assertThat(closed(sock)).isInstanceOf(PairingFailedException.class).hasMessageContaining("mistyped");
        assertThat(phone.companions()).isEmpty();
    }

    @Test
    void givenTheServerKnowsNoSuchNumber_whenACodeIsAskedFor_thenTheRequestFailsAndQrCodesGoOn() throws Exception {
        Socket sock = connect(linking -> {});
        Heard<ConnectionUpdate> updates = Heard.on(sock, Events.CONNECTION_UPDATE);

        assertThatThrownBy(() -> sock.requestPairingCode("4915100000000").get(Client.PATIENCE_SECONDS, SECONDS))
                .hasCauseInstanceOf(ServerRefusedException.class);
        String code = code(sock);
        phone.enterPairingCode(code);
        sock.whenOpen().get(Client.PATIENCE_SECONDS, SECONDS);
        assertThat(updates.all()).isNotEmpty();
    }

    @Test
    void givenALyingServer_whenThePhonesAnswerComesTwice_thenTheSecondIsRefusedAndTheSocketOpens() throws Exception {
        server.faults().add(StanzaMatch.out("notification").type(STEP), new FaultAction.Duplicate());
        Socket sock = connect(linking -> {});
        Heard<StanzaRefused> refused = Heard.on(sock, Events.STANZA_REFUSED);

        phone.enterPairingCode(code(sock));

        sock.whenOpen().get(Client.PATIENCE_SECONDS, SECONDS);
        assertThat(refused.await(event -> event.tag().equals("notification"))
                        .reason()
                        .getMessage())
                .contains("pairing code");
    }

    @Test
    void givenALyingServer_whenPairSuccessIsForged_thenTheSocketClosesWithPairingFailed() throws Exception {
        for (PairingFault fault : PairingFault.values()) {
            server.faults().nextPairing(fault);
            Socket sock = connect(linking -> {});

            phone.enterPairingCode(code(sock));

            assertThat(closed(sock)).as(fault.name()).isInstanceOf(PairingFailedException.class);
            assertThat(sock.user()).isEmpty();
        }
        assertThat(phone.companions()).isEmpty();
    }

    @Test
    void givenTheApplicationRefuses_whenACodeIsTypedOrAQrCodeScanned_thenTheSocketClosesAndNothingIsLinked()
            throws Exception {
        Queue<LinkRequest> asked = new ConcurrentLinkedQueue<>();
        Consumer<LinkingConfig> veto = linking -> linking.acceptLink(request -> {
            asked.add(request);
            return false;
        });
        Socket byCode = connect(veto);
        phone.enterPairingCode(code(byCode));
        assertThat(closed(byCode)).isInstanceOf(PairingFailedException.class);

        Client byQr = accounts.keep(Client.connect(
                server,
                "alice",
                Client.config(server, accounts.store()).linking(veto).build()));
        assertThat(closed(byQr.socket())).isInstanceOf(PairingFailedException.class);

        assertThat(asked).extracting(request -> request.me().person()).containsExactly(phone.jid(), phone.jid());
        assertThat(asked).allSatisfy(request -> assertThat(request.lid()).isPresent());
        assertThat(phone.companions()).isEmpty();
    }

    private void assertMistyped(String code) {
        String other = (code.startsWith("A") ? "B" : "A") + code.substring(1);
        assertThatThrownBy(() -> phone.enterPairingCode(other))
                .isInstanceOfSatisfying(
                        ScanRefusedException.class,
                        refusal -> assertThat(refusal.status()).isEqualTo(401));
    }

    private Socket connect(Consumer<LinkingConfig> linking) {
        return accounts.keep(Socket.connect(
                Client.config(server, accounts.store()).linking(linking).build()));
    }

    private String number() {
        return phone.jid().user();
    }

    private String code(Socket sock) throws Exception {
        return sock.requestPairingCode(number()).get(Client.PATIENCE_SECONDS, SECONDS);
    }

    private static WaxwingException closed(Socket sock) throws Exception {
        return sock.whenClosed().get(Client.PATIENCE_SECONDS, SECONDS);
    }
}
