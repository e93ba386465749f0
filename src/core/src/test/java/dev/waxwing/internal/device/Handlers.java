package dev.waxwing.internal.device;

import dev.waxwing.internal.stream.StanzaHandler;
import dev.waxwing.internal.stream.StanzaRouter;
import java.util.HashMap;
import java.util.Map;

/** Keeps the handlers that a room registers. */
final class Handlers implements StanzaRouter {

    final Map<String, StanzaHandler> byType = new HashMap<>();

    @Override
    public void on(String tag, StanzaHandler handler) {
        throw new AssertionError("registers by type only");
    }

    @Override
    public void on(String tag, String type, StanzaHandler handler) {
        byType.put(type, handler);
    }

    @Override
    public void onIq(String xmlns, String childTag, StanzaHandler handler) {
        throw new AssertionError("registers by type only");
    }
}
