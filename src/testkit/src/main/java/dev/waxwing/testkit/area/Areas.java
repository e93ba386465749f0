package dev.waxwing.testkit.area;

import dev.waxwing.testkit.area.appstate.AppStateArea;
import dev.waxwing.testkit.area.device.DeviceChangesArea;
import dev.waxwing.testkit.area.device.KeyIndexLists;
import dev.waxwing.testkit.area.device.OneTimeKeys;
import dev.waxwing.testkit.area.device.PreKeyArea;
import dev.waxwing.testkit.area.device.PreKeyStock;
import dev.waxwing.testkit.area.device.UsyncArea;
import dev.waxwing.testkit.area.group.GroupArea;
import dev.waxwing.testkit.area.group.Groups;
import dev.waxwing.testkit.area.media.MediaArea;
import dev.waxwing.testkit.area.message.MessageArea;
import dev.waxwing.testkit.area.message.OfflineQueue;
import dev.waxwing.testkit.area.message.ReceiptArea;
import dev.waxwing.testkit.area.mex.MexArea;
import dev.waxwing.testkit.area.person.AccountArea;
import dev.waxwing.testkit.area.person.BlockLists;
import dev.waxwing.testkit.area.person.BotsArea;
import dev.waxwing.testkit.area.person.ChatStateArea;
import dev.waxwing.testkit.area.person.Contacts;
import dev.waxwing.testkit.area.person.GroupAdmission;
import dev.waxwing.testkit.area.person.PresenceArea;
import dev.waxwing.testkit.area.person.PrivacySettings;
import dev.waxwing.testkit.area.person.ProfileArea;
import dev.waxwing.testkit.area.person.Profiles;
import dev.waxwing.testkit.area.person.RestrictionsArea;
import dev.waxwing.testkit.area.person.StatusPrivacyArea;
import dev.waxwing.testkit.phone.Phones;
import dev.waxwing.testkit.server.ServerArea;
import java.util.List;

/**
 * The areas that every loopback server has, with what of them its owner can reach into.
 *
 * @param all the areas, in the order in which they hear of logins
 * @param phones the simulated phones, to be closed before the server is
 * @param preKeys what the companions have left of their one-time keys
 * @param groups all groups
 * @param statusPrivacy whom accounts let see their status
 * @param appState the application state of accounts
 * @param media the media host, to be closed when the server is
 * @param restrictions what accounts are restricted in
 */
public record Areas(
        List<ServerArea> all,
        Phones phones,
        PreKeyStock preKeys,
        Groups groups,
        StatusPrivacyArea statusPrivacy,
        AppStateArea appState,
        MediaArea media,
        RestrictionsArea restrictions) {

    /**
     * A fresh set for one server: areas keep state.
     *
     * @return the areas
     */
    public static Areas create() {
        Phones phones = new Phones();
        OfflineQueue queue = new OfflineQueue(phones);
        Groups groups = new Groups();
        Contacts contacts = new Contacts(groups);
        KeyIndexLists lists = new KeyIndexLists();
        Profiles profiles = new Profiles();
        PrivacySettings privacy = new PrivacySettings();
        StatusPrivacyArea statusPrivacy = new StatusPrivacyArea();
        ReceiptArea receipts = new ReceiptArea(queue, privacy, groups, phones);
        BlockLists blockLists = new BlockLists();
        MexArea mex = new MexArea();
        AppStateArea appState = new AppStateArea();
        RestrictionsArea restrictions = new RestrictionsArea(mex);
        OneTimeKeys oneTimeKeys = new OneTimeKeys();
        PreKeyStock stock = new PreKeyStock(oneTimeKeys);
        MediaArea media = new MediaArea();
        MessageArea messages = new MessageArea(queue, groups, phones, contacts, blockLists);
        List<ServerArea> all = List.of(
                queue,
                new PreKeyArea(oneTimeKeys, stock),
                new UsyncArea(profiles, lists),
                new DeviceChangesArea(contacts, lists),
                messages,
                new PhoneArea(phones, stock, messages, receipts, media),
                receipts,
                new GroupArea(groups, new GroupAdmission(blockLists, privacy, contacts), mex),
                media,
                appState,
                new AccountArea(privacy, blockLists),
                statusPrivacy,
                new ProfileArea(profiles, contacts, groups),
                new PresenceArea(privacy),
                new ChatStateArea(groups),
                restrictions,
                new BotsArea(),
                mex,
                new CallArea(),
                new EmptyReplyArea());
        return new Areas(all, phones, stock, groups, statusPrivacy, appState, media, restrictions);
    }
}
