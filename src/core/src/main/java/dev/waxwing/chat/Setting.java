package dev.waxwing.chat;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.model.Jid;
import java.util.List;

/** A setting that all devices of an account share. Later versions may add kinds. */
public sealed interface Setting {

    /**
     * {@code unarchiveChats}: whether a chat leaves the archive when a message comes.
     *
     * @param unarchive whether it does
     */
    record UnarchiveChats(boolean unarchive) implements Setting {}

    /**
     * {@code locale}: the language of the phone.
     *
     * @param locale for example {@code en_GB}
     */
    record Locale(String locale) implements Setting {
        /**
         * Checks that there is one.
         *
         * @param locale for example {@code en_GB}
         */
        public Locale {
            requireNonNull(locale, "locale");
        }
    }

    /**
     * {@code disableLinkPreviews}: whether links are sent without a preview.
     *
     * @param disabled whether they are
     */
    record DisableLinkPreviews(boolean disabled) implements Setting {}

    /**
     * {@code timeFormat}: how the phone writes the time.
     *
     * @param twentyFourHours whether hours go to 24
     */
    record TimeFormat(boolean twentyFourHours) implements Setting {}

    /**
     * {@code privacySettingRelayAllCalls}: whether calls go by the service's servers, so that others do not learn the
     * address of a device.
     *
     * @param enabled whether they do
     */
    record RelayAllCalls(boolean enabled) implements Setting {}

    /**
     * {@code statusPrivacy}: who sees what this account posts as its status.
     *
     * @param mode the service's name of it, for example {@code CONTACTS} or {@code DENY_LIST}
     * @param people whom it names
     */
    record StatusPrivacy(String mode, List<Jid> people) implements Setting {
        /**
         * Copies the list.
         *
         * @param mode the service's name of it
         * @param people whom it names
         */
        public StatusPrivacy {
            requireNonNull(mode, "mode");
            people = Copies.list(people, "people");
        }
    }

    /**
     * {@code notificationActivitySetting}: of what the phone tells.
     *
     * @param mode the service's name of it, for example {@code ALL_MESSAGES} or {@code HIGHLIGHTS}
     */
    record NotificationActivity(String mode) implements Setting {
        /**
         * Checks that there is one.
         *
         * @param mode the service's name of it
         */
        public NotificationActivity {
            requireNonNull(mode, "mode");
        }
    }

    /**
     * {@code channelsPersonalisedRecommendation}: whether channels are recommended by what the account follows.
     *
     * @param optedOut whether they are not
     */
    record ChannelsPersonalisedRecommendation(boolean optedOut) implements Setting {}

    /**
     * The favourite chats.
     *
     * @param chats all of them, in order
     */
    record Favorites(List<Jid> chats) implements Setting {
        /**
         * Copies the list.
         *
         * @param chats all of them, in order
         */
        public Favorites {
            chats = Copies.list(chats, "chats");
        }
    }

    /**
     * The order of labels.
     *
     * @param labelIds their numbers
     */
    record LabelOrder(List<Integer> labelIds) implements Setting {
        /**
         * Copies the list.
         *
         * @param labelIds their numbers
         */
        public LabelOrder {
            labelIds = Copies.list(labelIds, "labelIds");
        }
    }

    /**
     * Whether locked chats are hidden. The code that opens them is not told.
     *
     * @param hidden whether they are
     */
    record ChatLock(boolean hidden) implements Setting {}
}
