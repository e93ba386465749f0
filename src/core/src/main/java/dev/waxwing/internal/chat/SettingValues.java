package dev.waxwing.internal.chat;

import dev.waxwing.chat.Setting;
import dev.waxwing.proto.syncaction.FavoritesAction;
import dev.waxwing.proto.syncaction.StatusPrivacyAction;
import dev.waxwing.proto.syncaction.SyncActionValue;
import java.util.Optional;

/** Settings as actions carry them. */
final class SettingValues {

    private SettingValues() {}

    /** The setting that an action carries, if it is one that this version knows. */
    static Optional<Setting> of(SyncActionValue value) {
        if (value.hasUnarchiveChatsSetting()) {
            return Optional.of(
                    new Setting.UnarchiveChats(value.getUnarchiveChatsSetting().getUnarchiveChats()));
        }
        if (value.hasLocaleSetting()) {
            return Optional.of(new Setting.Locale(value.getLocaleSetting().getLocale()));
        }
        if (value.hasTimeFormatAction()) {
            return Optional.of(
                    new Setting.TimeFormat(value.getTimeFormatAction().getIsTwentyFourHourFormatEnabled()));
        }
        if (value.hasLabelReorderingAction()) {
            return Optional.of(
                    new Setting.LabelOrder(value.getLabelReorderingAction().getSortedLabelIDsList()));
        }
        if (value.hasFavoritesAction()) {
            return Optional.of(new Setting.Favorites(value.getFavoritesAction().getFavoritesList().stream()
                    .map(FavoritesAction.Favorite::getID)
                    .map(MessageRanges::jid)
                    .flatMap(Optional::stream)
                    .toList()));
        }
        if (value.hasNotificationActivitySettingAction()) {
            return Optional.of(new Setting.NotificationActivity(value.getNotificationActivitySettingAction()
                    .getNotificationActivitySetting()
                    .name()));
        }
        return privacy(value);
    }

    private static Optional<Setting> privacy(SyncActionValue value) {
        if (value.hasPrivacySettingDisableLinkPreviewsAction()) {
            return Optional.of(new Setting.DisableLinkPreviews(
                    value.getPrivacySettingDisableLinkPreviewsAction().getIsPreviewsDisabled()));
        }
        if (value.hasPrivacySettingRelayAllCalls()) {
            return Optional.of(new Setting.RelayAllCalls(
                    value.getPrivacySettingRelayAllCalls().getIsEnabled()));
        }
        if (value.hasStatusPrivacy()) {
            StatusPrivacyAction status = value.getStatusPrivacy();
            return Optional.of(new Setting.StatusPrivacy(
                    status.getMode().name(),
                    status.getUserJIDList().stream()
                            .map(MessageRanges::jid)
                            .flatMap(Optional::stream)
                            .toList()));
        }
        if (value.hasPrivacySettingChannelsPersonalisedRecommendationAction()) {
            return Optional.of(new Setting.ChannelsPersonalisedRecommendation(
                    value.getPrivacySettingChannelsPersonalisedRecommendationAction()
                            .getIsUserOptedOut()));
        }
        if (value.hasChatLockSettings()) {
            return Optional.of(new Setting.ChatLock(value.getChatLockSettings().getHideLockedChats()));
        }
        return Optional.empty();
    }
}
