package dev.waxwing.testkit.area;

import dev.waxwing.testkit.area.message.ServerAcks;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;

/** Calls: what clients send is acked and goes no further. */
final class CallArea implements ServerArea {

    @Override
    public void register(Registrations on, World world) {
        on.stanza(
                "call",
                (from, call) -> ServerAcks.send(
                        from, ServerAcks.of(call, world.clock().seconds()).build()));
    }
}
