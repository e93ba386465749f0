package dev.waxwing.internal.area;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.content.ContentEncoder;
import dev.waxwing.internal.content.StanzaKind;
import dev.waxwing.internal.stream.LoginHook;
import dev.waxwing.internal.stream.routing.StanzaHandler;
import dev.waxwing.internal.stream.routing.StanzaRouter;
import dev.waxwing.model.content.Content;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.store.StoreTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The areas of one account: registers them, and tells each of the life of the connection, whatever the others throw.
 */
public final class RegisteredAreas {

    private static final Logger LOG = LoggerFactory.getLogger(RegisteredAreas.class);

    private final List<Area> areas;

    /**
     * Registers areas. Call before the stream starts.
     *
     * @param areas the areas, in the order in which they hear of the connection
     * @param router takes the handlers of stanzas
     * @param loginHooks takes what runs at logins
     * @param received takes the handlers of protocol messages
     * @param codecs takes the kinds of content
     * @throws IllegalStateException if two areas register for the same thing
     */
    public RegisteredAreas(
            List<? extends Area> areas,
            StanzaRouter router,
            Consumer<LoginHook> loginHooks,
            ReceivedHandlers received,
            ContentCodecs codecs) {
        this.areas = List.copyOf(areas);
        requireNonNull(router, "router");
        requireNonNull(loginHooks, "loginHooks");
        requireNonNull(received, "received");
        requireNonNull(codecs, "codecs");
        Map<StoreTable, Area> owners = new HashMap<>();
        for (Area area : this.areas) {
            area.register(new OfOneArea(area, router, loginHooks, received, codecs, owners));
        }
    }

    /** The stream is open. */
    public void opened() {
        areas.forEach(area -> tell(area, "opened", Area::opened));
    }

    /** The connection is gone and may come back. */
    public void interrupted() {
        areas.forEach(area -> tell(area, "interrupted", Area::interrupted));
    }

    /**
     * The stream ended for good.
     *
     * @param reason what calls under way fail with
     * @return completes when nothing of any area runs any more; never fails
     */
    public CompletableFuture<Void> ended(WaxwingException reason) {
        return CompletableFuture.allOf(
                areas.stream().map(area -> ended(area, reason)).toArray(CompletableFuture<?>[]::new));
    }

    private static CompletableFuture<Void> ended(Area area, WaxwingException reason) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        try {
            area.ended(reason).whenComplete((done, failure) -> {
                if (failure != null) {
                    log(area, "ended", failure);
                }
                ended.complete(null);
            });
        } catch (RuntimeException e) {
            log(area, "ended", e);
            ended.complete(null);
        }
        return ended;
    }

    private static void tell(Area area, String what, Consumer<Area> call) {
        try {
            call.accept(area);
        } catch (RuntimeException e) {
            log(area, what, e);
        }
    }

    private static void log(Area area, String what, Throwable failure) {
        LOG.error("Area {} failed on {}; the others go on", area.getClass().getSimpleName(), what, failure);
    }

    private record OfOneArea(
            Area area,
            StanzaRouter router,
            Consumer<LoginHook> loginHooks,
            ReceivedHandlers received,
            ContentCodecs codecs,
            Map<StoreTable, Area> owners)
            implements Registrations {

        @Override
        public void stanza(String tag, @Nullable String type, @Nullable String child, StanzaHandler handler) {
            router.on(tag, type, child, handler);
        }

        @Override
        public void iq(String xmlns, String child, StanzaHandler handler) {
            router.onIq(xmlns, child, handler);
        }

        @Override
        public void received(ProtocolMessage.Type type, ReceivedHandler handler) {
            received.put(type, handler);
        }

        @Override
        public <C extends Content> void content(Class<C> kind, ContentEncoder<C> encoder) {
            codecs.content(kind, encoder);
        }

        @Override
        public void contentStanza(Predicate<Message> carries, Function<Message, StanzaKind> attributes) {
            codecs.stanza(carries, attributes);
        }

        @Override
        public void onLogin(LoginHook hook) {
            loginHooks.accept(hook);
        }

        @Override
        public void table(StoreTable table) {
            Area owner = owners.putIfAbsent(table, area);
            if (owner != null) {
                throw new IllegalStateException(
                        "table " + table + " belongs to " + owner.getClass().getSimpleName() + " already");
            }
        }
    }
}
