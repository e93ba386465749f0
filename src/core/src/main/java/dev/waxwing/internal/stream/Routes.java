package dev.waxwing.internal.stream;

import dev.waxwing.internal.binary.Node;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The table behind {@link StanzaRouter}. Safe on any thread. */
final class Routes implements StanzaRouter {

    /** A place in the table; {@code type} is empty for "any". */
    private record Place(String tag, String namespace, String type) {}

    private final Map<Place, StanzaHandler> handlers = new ConcurrentHashMap<>();

    @Override
    public void on(String tag, StanzaHandler handler) {
        put(new Place(tag, "", ""), handler);
    }

    @Override
    public void on(String tag, String type, StanzaHandler handler) {
        if (type.isEmpty()) {
            throw new IllegalArgumentException("type must not be empty");
        }
        put(new Place(tag, "", type), handler);
    }

    @Override
    public void onIq(String xmlns, String childTag, StanzaHandler handler) {
        put(new Place("iq", xmlns, childTag), handler);
    }

    private void put(Place place, StanzaHandler handler) {
        Objects.requireNonNull(handler, "handler");
        if (handlers.putIfAbsent(place, handler) != null) {
            throw new IllegalStateException("there is a handler for " + place + " already");
        }
    }

    /** The handler of a stanza that is neither an iq nor an ib. */
    @Nullable
    StanzaHandler find(Node stanza) {
        String type = stanza.attr("type");
        StanzaHandler special = type == null ? null : handlers.get(new Place(stanza.tag(), "", type));
        return special != null ? special : handlers.get(new Place(stanza.tag(), "", ""));
    }

    @Nullable
    StanzaHandler findIb(String childTag) {
        StanzaHandler special = handlers.get(new Place("ib", "", childTag));
        return special != null ? special : handlers.get(new Place("ib", "", ""));
    }

    @Nullable
    StanzaHandler findIq(Node iq) {
        String xmlns = iq.attr("xmlns");
        List<Node> children = iq.children();
        if (xmlns == null || children.isEmpty()) {
            return null;
        }
        return handlers.get(new Place("iq", xmlns, children.get(0).tag()));
    }
}
