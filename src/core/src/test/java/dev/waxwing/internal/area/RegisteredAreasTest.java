package dev.waxwing.internal.area;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.SocketClosedException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.content.StanzaKind;
import dev.waxwing.internal.stream.routing.StanzaHandler;
import dev.waxwing.internal.stream.routing.StanzaRouter;
import dev.waxwing.model.Jid;
import dev.waxwing.model.ReceiptType;
import dev.waxwing.model.content.ForwardedContent;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.PinInChatMessage;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.storage.InboxEntry;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Areas beside each other: what one does wrong must not reach the others. */
final class RegisteredAreasTest implements StanzaRouter {

    private static final Jid PHONE = Jid.parse("15551234567@s.whatsapp.net");

    private final List<String> routed = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private final ReceivedHandlers received = new ReceivedHandlers();
    private final ContentCodecs codecs = new ContentCodecs();

    @Override
    public void on(String tag, @Nullable String type, @Nullable String child, StanzaHandler handler) {
        routed.add(tag + "/" + type + "/" + child);
    }

    @Override
    public void onIq(String xmlns, String childTag, StanzaHandler handler) {
        routed.add(xmlns + "/" + childTag);
    }

    @Test
    void givenAnAreaThatThrows_whenTheConnectionChanges_thenTheOthersAreTold() {
        RegisteredAreas areas = registered(new Failing(), new Hearing());

        areas.opened();
        areas.interrupted();
        CompletableFuture<Void> ended = areas.ended(new SocketClosedException("closed"));

        assertThat(heard).containsExactly("opened", "interrupted", "ended");
        assertThat(ended).isCompleted();
    }

    @Test
    void givenAnAreaThatTakesItsTime_whenTheStreamEnds_thenTheEndWaitsForIt() {
        CompletableFuture<Void> last = new CompletableFuture<>();
        RegisteredAreas areas = registered(new Area() {
            @Override
            public void register(Registrations on) {}

            @Override
            public CompletionStage<Void> ended(WaxwingException reason) {
                return last;
            }
        });

        CompletableFuture<Void> ended = areas.ended(new SocketClosedException("closed"));

        assertThat(ended).isNotDone();
        last.completeExceptionally(new IllegalStateException("area bug"));
        assertThat(ended).isCompleted();
    }

    @Test
    void givenReceiptsOfATypeAndOfNone_whenRegistered_thenTheyAreRoutedByTheirWireNames() {
        registered(on -> {
            on.receipt(ReceiptType.RETRY, stanza -> null);
            on.receipt(ReceiptType.DELIVERY, stanza -> null);
        });

        assertThat(routed).containsExactly("receipt/retry/null", "receipt//null");
    }

    @Test
    void givenATableOfAnotherArea_whenClaimed_thenRefused() {
        assertThatThrownBy(() -> registered(on -> on.table(StoreTable.INBOX), on -> on.table(StoreTable.INBOX)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("inbox");
    }

    @Test
    void givenTwoAreasForOneProtocolMessage_whenRegistered_thenRefused() {
        Area area = on -> on.received(ProtocolMessage.Type.REVOKE, (message, transaction) -> {});

        assertThatThrownBy(() -> registered(area, area))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("REVOKE");
    }

    @Test
    void givenAHandlerThatThrows_whenAProtocolMessageComes_thenTheTransactionGoesOn() {
        registered(on -> on.received(ProtocolMessage.Type.REVOKE, (message, transaction) -> {
            heard.add(message.id());
            throw new IllegalStateException("area bug");
        }));

        take(ProtocolMessage.Type.REVOKE);
        take(ProtocolMessage.Type.EPHEMERAL_SETTING);

        assertThat(heard).containsExactly("A");
    }

    @Test
    void givenAStoreThatFails_whenAProtocolMessageComes_thenTheTransactionEnds() {
        registered(on -> on.received(ProtocolMessage.Type.REVOKE, (message, transaction) -> {
            throw new StoreFailedException("disk full");
        }));

        assertThatThrownBy(() -> take(ProtocolMessage.Type.REVOKE)).isInstanceOf(StoreFailedException.class);
    }

    @Test
    void givenAnAreaWithContent_whenRegistered_thenItsKindIsKnown() {
        Message pin = Message.newBuilder()
                .setPinInChatMessage(PinInChatMessage.getDefaultInstance())
                .build();

        registered(on -> on.contentStanza(Message::hasPinInChatMessage, message -> StanzaKind.TEXT.withEdit("2")));

        assertThat(codecs.stanzaOf(pin).edit()).isEqualTo("2");
    }

    @Test
    void givenTwoAreasWithOneKindOfContent_whenRegistered_thenTheSecondIsRefused() {
        assertThatThrownBy(() -> registered(
                        on -> on.content(ForwardedContent.class, (forwarded, outbound) -> Message.newBuilder())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ForwardedContent");
    }

    private RegisteredAreas registered(Area... areas) {
        return new RegisteredAreas(Arrays.asList(areas), this, hook -> {}, received, codecs);
    }

    private void take(ProtocolMessage.Type type) {
        ReceivedProtocol message = new ReceivedProtocol(
                "A",
                PHONE,
                PHONE,
                true,
                Instant.EPOCH,
                ProtocolMessage.newBuilder().setType(type).build());
        MemoryStore.create().transact(store -> {
            received.take(message, new Transaction(store));
            return true;
        });
    }

    private record Transaction(StoreTransaction store) implements ReceivedTransaction {
        @Override
        public void toInbox(String id, MessageOrigin origin, @Nullable InboxEntry entry) {
            throw new AssertionError("nothing is for the inbox");
        }
    }

    private final class Hearing implements Area {
        @Override
        public void register(Registrations on) {}

        @Override
        public void opened() {
            heard.add("opened");
        }

        @Override
        public void interrupted() {
            heard.add("interrupted");
        }

        @Override
        public CompletionStage<Void> ended(WaxwingException reason) {
            heard.add("ended");
            return CompletableFuture.completedFuture(null);
        }
    }

    private static final class Failing implements Area {
        @Override
        public void register(Registrations on) {}

        @Override
        public void opened() {
            throw new IllegalStateException("area bug");
        }

        @Override
        public void interrupted() {
            throw new IllegalStateException("area bug");
        }

        @Override
        public CompletionStage<Void> ended(WaxwingException reason) {
            throw new IllegalStateException("area bug");
        }
    }
}
