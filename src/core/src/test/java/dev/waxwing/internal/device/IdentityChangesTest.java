package dev.waxwing.internal.device;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.model.Jid;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class IdentityChangesTest {

    private static final Jid BOB = Jid.phone("15551230002");
    private static final Jid BOB_LID = Jid.lid("200000000000002");
    private static final Jid ME = Jid.phone("15551230001");

    private final MemoryStore store = MemoryStore.create();
    private final CredentialsStore credentials = new CredentialsStore(store);
    private final SignalSessions sessions = new SignalSessions(store, credentials);
    private final LidMappings lids = new LidMappings(store, sessions);
    private final SilentServer server = new SilentServer();
    private final Handlers handlers = new Handlers();
    private final List<Jid> changed = new ArrayList<>();
    private final AccountThreads threads = AccountThreads.builder()
            .executor(Runnable::run)
            .listeners(Runnable::run)
            .build();
    private final DeviceDirectory directory = new DeviceDirectory(
            server,
            lids,
            new AccountRegistrations(
                    () -> credentials.loadOrCreate().self(), lids, news -> changed.add(news.address())),
            Runnable::run,
            new SharedUserDevices(1_000).ofAccount(Duration.ofMinutes(5)));
    private final IdentityChanges changes =
            new IdentityChanges(this::self, lids, sessions, directory, threads, news -> changed.add(news.address()));

    @BeforeEach
    void haveCredentials() {
        credentials.loadOrCreate();
        credentials.update(own -> own.toBuilder().me(ME.withDevice(9)).build());
        handlers.register(changes);
    }

    @AfterEach
    void close() {
        threads.close();
    }

    @Test
    void givenANoticeThatNamesBothForms_whenHeard_thenThePairIsLearnedAndAllOfThePersonIsForgotten() throws Exception {
        put("15551230002.0");
        put("15551230002.3");
        directory.devicesOf(List.of(BOB));
        server.answer(0, DeviceDirectoryTest.user(BOB, null, 0, 3));

        hear(BOB, BOB_LID);

        assertThat(lids.counterpart(BOB)).contains(BOB_LID);
        assertThat(sessions.hasSession(BOB_LID)).isFalse();
        assertThat(sessions.hasSession(BOB_LID.withDevice(3))).isFalse();
        assertThat(changed).containsExactly(BOB_LID);
        directory.devicesOf(List.of(BOB));
        assertThat(server.queries).hasSize(2);
    }

    @Test
    void givenTheOwnAccount_whenHeard_thenNothingIsForgotten() throws Exception {
        put("15551230001.0");

        hear(ME, null);

        assertThat(sessions.hasSession(ME)).isTrue();
        assertThat(changed).isEmpty();
    }

    private Self self() {
        Credentials own = credentials.loadOrCreate();
        return new Self(own.me(), own.lid(), own.pushName());
    }

    private void hear(Jid person, Jid lid) throws Exception {
        handlers.byType
                .get("encrypt/identity")
                .handle(Node.builder("notification")
                        .attr("from", person)
                        .attr("type", "encrypt")
                        .attrIfPresent("lid", lid)
                        .child(Node.builder("identity").build())
                        .build())
                .toCompletableFuture()
                .get(10, SECONDS);
    }

    private void put(String session) {
        store.transact(tx -> {
            tx.put(StoreTable.SESSIONS, session, new byte[] {1});
            return true;
        });
    }
}
