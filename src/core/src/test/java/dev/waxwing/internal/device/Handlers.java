package dev.waxwing.internal.device;

import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.ReceivedHandlers;
import dev.waxwing.internal.area.RegisteredAreas;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.stream.routing.StanzaHandler;
import dev.waxwing.internal.stream.routing.StanzaRouter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps the handlers that a room registers. */
final class Handlers implements StanzaRouter {

    final Map<String, StanzaHandler> byType = new HashMap<>();

    /** Registers an area here. */
    void register(Area area) {
        new RegisteredAreas(List.of(area), this, hook -> {}, new ReceivedHandlers(), new ContentCodecs());
    }

    @Override
    public void on(String tag, @Nullable String type, @Nullable String child, StanzaHandler handler) {
        byType.put(child == null ? type : type + "/" + child, handler);
    }

    @Override
    public void onIq(String xmlns, String childTag, StanzaHandler handler) {
        throw new AssertionError("registers by type only");
    }
}
