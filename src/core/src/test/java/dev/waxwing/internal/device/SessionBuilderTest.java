package dev.waxwing.internal.device;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.model.Jid;
import dev.waxwing.store.MemoryStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class SessionBuilderTest {

    private static final Jid BOB = Jid.phone("15551230002");
    private static final Jid BOB_LID = Jid.lid("200000000000002");

    private final MemoryStore store = MemoryStore.create();
    private final CredentialsStore credentials = new CredentialsStore(store);
    private final SignalSessions sessions = new SignalSessions(store, credentials);
    private final LidMappings lids = new LidMappings(store, sessions);
    private final SilentServer server = new SilentServer();
    private final Map<Jid, WaxwingException> refused = new LinkedHashMap<>();
    private final SessionBuilder builder =
            new SessionBuilder(server, sessions, lids, Runnable::run, (device, reason) -> refused.put(device, reason));

    @Test
    void givenThePairIsLearnedWhileKeysAreAskedForByNumber_whenTheyCome_thenTheSessionIsFiledUnderTheLid()
            throws Exception {
        credentials.loadOrCreate();
        CompletableFuture<Void> built = builder.ensureSessions(List.of(BOB));

        lids.learn(BOB, BOB_LID);
        server.answers.get(0).complete(bundleOf(BOB, Credentials.create()));

        built.get(10, SECONDS);
        assertThat(sessions.hasSession(BOB)).isFalse();
        assertThat(sessions.hasSession(BOB_LID)).isTrue();
    }

    @Test
    void givenTwoCallers_whenTheyMissTheSameSession_thenTheyShareOneRequest() throws Exception {
        credentials.loadOrCreate();
        CompletableFuture<Void> first = builder.ensureSessions(List.of(BOB));
        CompletableFuture<Void> second = builder.ensureSessions(List.of(BOB));
        assertThat(server.queries).hasSize(1);

        server.answers.get(0).complete(bundleOf(BOB, Credentials.create()));

        first.get(10, SECONDS);
        second.get(10, SECONDS);
        assertThat(sessions.hasSession(BOB)).isTrue();
    }

    @Test
    void givenBundlesOfThreeDevices_whenOneIsBadlySignedAndOneIsUnreadable_thenBothAreToldAndTheThirdHasASession()
            throws Exception {
        credentials.loadOrCreate();
        Jid badlySigned = BOB_LID.withDevice(1);
        Jid unreadable = BOB_LID.withDevice(2);
        CompletableFuture<Void> built = builder.ensureSessions(List.of(BOB_LID, badlySigned, unreadable));
        Credentials phone = Credentials.create();
        Node phoneKeys = userOf(BOB_LID, phone);
        Node otherSignature = KeyNodes.signed(PublicIdentity.of(Credentials.create()));

        server.answers
                .get(0)
                .complete(answer(
                        phoneKeys,
                        userOf(badlySigned, phone).toBuilder()
                                .children(List.of(
                                        KeyNodes.registration(PublicIdentity.of(phone)),
                                        KeyNodes.type(),
                                        KeyNodes.identity(PublicIdentity.of(phone)),
                                        otherSignature))
                                .build(),
                        Node.builder("user").attr("jid", unreadable).build()));

        built.get(10, SECONDS);
        assertThat(sessions.hasSession(BOB_LID)).isTrue();
        assertThat(sessions.hasSession(badlySigned)).isFalse();
        assertThat(refused.get(badlySigned)).isInstanceOf(PeerKeyRejectedException.class);
        assertThat(refused.get(unreadable)).isInstanceOf(ProtocolViolationException.class);
        assertThat(refused).hasSize(2);
    }

    private static Node bundleOf(Jid device, Credentials keys) {
        return answer(userOf(device, keys));
    }

    private static Node answer(Node... users) {
        return Node.builder("iq")
                .child(Node.builder("list").children(List.of(users)).build())
                .build();
    }

    private static Node userOf(Jid device, Credentials keys) {
        return Node.builder("user")
                .attr("jid", device)
                .child(KeyNodes.registration(PublicIdentity.of(keys)))
                .child(KeyNodes.type())
                .child(KeyNodes.identity(PublicIdentity.of(keys)))
                .child(KeyNodes.signed(PublicIdentity.of(keys)))
                .build();
    }
}
