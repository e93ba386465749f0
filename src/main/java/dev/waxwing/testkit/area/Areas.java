package dev.waxwing.testkit.area;

import dev.waxwing.testkit.server.ServerArea;
import java.util.List;

/** The areas that every loopback server has. */
public final class Areas {

    private Areas() {}

    /**
     * A fresh set for one server: areas keep state.
     *
     * @return the areas, in the order in which they hear of logins
     */
    public static List<ServerArea> all() {
        OfflineQueue queue = new OfflineQueue();
        Groups groups = new Groups();
        Contacts contacts = new Contacts(groups);
        KeyIndexLists lists = new KeyIndexLists();
        Profiles profiles = new Profiles();
        PrivacySettings privacy = new PrivacySettings();
        BlockLists blockLists = new BlockLists();
        return List.of(
                queue,
                new PreKeyArea(),
                new UsyncArea(profiles, lists),
                new DeviceNotices(contacts, lists),
                new MessageArea(queue, groups, contacts, blockLists),
                new ReceiptArea(queue, privacy),
                new GroupArea(groups),
                new MediaArea(),
                new AppStateArea(),
                new AccountArea(privacy, blockLists),
                new ProfileArea(profiles),
                new PresenceArea(privacy),
                new ChatStateArea(groups),
                new CallArea(),
                new EmptyReplyArea());
    }
}
