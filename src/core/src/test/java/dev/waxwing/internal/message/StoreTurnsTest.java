package dev.waxwing.internal.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.Party;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How long what waits together holds the store: not longer than a peer's messages are worth. */
final class StoreTurnsTest {

    private static final Jid ME = Jid.phone("15551230001").withDevice(9);
    private static final Jid MY_LID = Jid.lid("100000000000001").withDevice(9);
    private static final int MESSAGES = 12;

    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final SessionWrites store = new SessionWrites();

    @Test
    void H3_givenMessagesThatWaitTogether_whenEachLiesFarAhead_thenTheyAreReadInSeveralTransactions() throws Exception {
        assertThat(transactionsFor(1_999)).isEqualTo(3);
    }

    @Test
    void givenMessagesThatWaitTogether_whenEachIsTheNext_thenTheyAreReadInOneTransaction() throws Exception {
        assertThat(transactionsFor(0)).isEqualTo(1);
    }

    /** Each transaction writes the session once. */
    private int transactionsFor(int skipped) throws Exception {
        try (PlayedAccount alice = new PlayedAccount(
                store, waiting::add, own -> own.toBuilder().me(ME).lid(MY_LID).build(), true, PlayedAccount.policy())) {
            Party own = new Party(MY_LID.toString(), store);
            Party mallory = new Party("15551230003@s.whatsapp.net", MemoryStore.create());
            mallory.greet(own);
            List<CompletableFuture<Acknowledgement>> answers = new ArrayList<>();
            store.count = 0;
            for (int i = 0; i < MESSAGES; i++) {
                answers.add(alice.give(stanza(mallory, "M" + i, ahead(mallory, own, skipped))));
            }
            assertThat(store.count).as("nothing is read yet").isZero();

            while (!waiting.isEmpty()) {
                waiting.remove().run();
            }

            for (CompletableFuture<Acknowledgement> answer : answers) {
                assertThat(answer).isCompletedWithValue(Acknowledgement.NOTHING);
            }
            return store.count;
        }
    }

    private static Ciphertext ahead(Party sender, Party receiver, int skipped) {
        byte[] content = Message.newBuilder().setConversation("hello").build().toByteArray();
        byte[] padded = Arrays.copyOf(content, content.length + 1);
        padded[content.length] = 1;
        return sender.with(receiver, tx -> {
            for (int i = 0; i < skipped; i++) {
                tx.encrypt(receiver.jid, padded);
            }
            return tx.encrypt(receiver.jid, padded);
        });
    }

    private static Node stanza(Party sender, String id, Ciphertext ciphertext) {
        return Node.builder("message")
                .attr("from", sender.jid)
                .attr("id", id)
                .attr("t", PlayedAccount.NOW.getEpochSecond())
                .attr("type", "text")
                .child(Node.builder("enc")
                        .attr("v", 2)
                        .attr("type", ciphertext.type().wireName())
                        .bytes(ciphertext.bytes())
                        .build())
                .build();
    }

    /** Counts how often a session is written. */
    private static final class SessionWrites implements AccountStore {

        private final AccountStore store = MemoryStore.create();
        private int count;

        @Override
        public <T extends @Nullable Object> T transact(Function<StoreTransaction, T> work) {
            return store.transact(tx -> work.apply((StoreTransaction) Proxy.newProxyInstance(
                    StoreTransaction.class.getClassLoader(),
                    new Class<?>[] {StoreTransaction.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("put") && arguments[0] == StoreTable.SESSIONS) {
                            count++;
                        }
                        try {
                            return method.invoke(tx, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    })));
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
