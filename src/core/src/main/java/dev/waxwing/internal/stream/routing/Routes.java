package dev.waxwing.internal.stream.routing;

import dev.waxwing.internal.binary.Node;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The table behind {@link StanzaRouter}. Safe on any thread. */
public final class Routes implements StanzaRouter {

    /** What a handler is for: a stanza's type, or an iq's namespace, and a child. Null stands for "any". */
    private record Route(
            String tag, @Nullable String type, @Nullable String child) {}

    private final Map<Route, StanzaHandler> handlers = new ConcurrentHashMap<>();

    /** The tags of which some handler wants a child: of others, messages first of all, no child is looked at. */
    private final Set<String> tagsByChild = ConcurrentHashMap.newKeySet();

    @Override
    public void on(String tag, @Nullable String type, @Nullable String child, StanzaHandler handler) {
        put(new Route(tag, type, child), handler);
    }

    @Override
    public void onIq(String xmlns, String childTag, StanzaHandler handler) {
        put(new Route("iq", xmlns, childTag), handler);
    }

    private void put(Route route, StanzaHandler handler) {
        Objects.requireNonNull(handler, "handler");
        if (handlers.putIfAbsent(route, handler) != null) {
            throw new IllegalStateException("there is a handler for " + route + " already");
        }
        if (route.child() != null) {
            tagsByChild.add(route.tag());
        }
    }

    /** The handler of a stanza that is neither an iq nor an ib. */
    @Nullable
    StanzaHandler find(Node stanza) {
        String type = Objects.requireNonNullElse(stanza.attr("type"), "");
        StanzaHandler ofChildren = ofChildren(stanza, type);
        if (ofChildren != null) {
            return ofChildren;
        }
        StanzaHandler ofType = handlers.get(new Route(stanza.tag(), type, null));
        if (ofType != null) {
            return ofType;
        }
        StanzaHandler ofChildrenOfAnyType = ofChildren(stanza, null);
        return ofChildrenOfAnyType != null ? ofChildrenOfAnyType : handlers.get(new Route(stanza.tag(), null, null));
    }

    private @Nullable StanzaHandler ofChildren(Node stanza, @Nullable String type) {
        if (!tagsByChild.contains(stanza.tag())) {
            return null;
        }
        Set<String> tags = new LinkedHashSet<>();
        stanza.children().forEach(child -> tags.add(child.tag()));
        List<StanzaHandler> found = new ArrayList<>();
        for (String child : tags) {
            StanzaHandler handler = handlers.get(new Route(stanza.tag(), type, child));
            if (handler != null) {
                found.add(handler);
            }
        }
        return switch (found.size()) {
            case 0 -> null;
            case 1 -> found.get(0);
            default -> whole -> handleAll(whole, found);
        };
    }

    /**
     * Each gets the stanza, also if another throws. It is acknowledged if all say so, otherwise as the first says who
     * does not.
     */
    private static CompletionStage<Acknowledgement> handleAll(Node stanza, List<StanzaHandler> handlers) {
        CompletionStage<Acknowledgement> all = CompletableFuture.completedFuture(Acknowledgement.ACK);
        for (StanzaHandler handler : handlers) {
            CompletionStage<Acknowledgement> one;
            try {
                one = Objects.requireNonNull(handler.handle(stanza), "stage");
            } catch (RuntimeException e) {
                one = CompletableFuture.failedFuture(e);
            }
            all = all.thenCombine(one, (before, now) -> before instanceof Acknowledgement.Ack ? now : before);
        }
        return all;
    }

    @Nullable
    StanzaHandler findIb(String childTag) {
        StanzaHandler special = handlers.get(new Route("ib", null, childTag));
        return special != null ? special : handlers.get(new Route("ib", null, null));
    }

    @Nullable
    StanzaHandler findIq(Node iq) {
        String xmlns = iq.attr("xmlns");
        List<Node> children = iq.children();
        if (xmlns == null || children.isEmpty()) {
            return null;
        }
        return handlers.get(new Route("iq", xmlns, children.get(0).tag()));
    }
}
