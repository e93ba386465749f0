package dev.waxwing.testkit.server;

import dev.waxwing.model.Jid;
import dev.waxwing.testkit.state.Device;

/** What belongs to the stream itself: keep-alive, going active, linking by code, and leaving. */
final class LinkArea implements ServerArea {

    @Override
    public void register(Registrations on, World world) {
        // With or without <ping/>: peers send either.
        on.iq("w:p", "get", IqExchange::reply);
        on.iq("passive", "set", "active", iq -> {
            Device device = iq.device();
            iq.reply();
            world.logins().activate(device);
        });
        on.iq("passive", "set", "passive", IqExchange::reply);
        on.iq("md", "set", "link_code_companion_reg", world.codes()::step);
        on.iq("md", "set", "remove-companion-device", iq -> leave(world, iq));
        on.stanza("ib", "unified_session", (from, stanza) -> {});
    }

    private static void leave(World world, IqExchange iq) {
        Jid which = iq.child().requireJid("jid");
        Device device = world.accounts()
                .findDevice(which)
                .filter(found -> found.account() == iq.device().account() && !found.isPhone())
                .orElseThrow(() -> new IqRefusal(404, "item-not-found"));
        iq.reply();
        world.remove(device);
    }
}
