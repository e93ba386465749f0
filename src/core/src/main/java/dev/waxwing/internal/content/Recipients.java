package dev.waxwing.internal.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import dev.waxwing.model.StatusSetting;
import java.util.List;

/**
 * The people that the application named for a message to a chat that has no members: a status post, or a broadcast
 * list.
 *
 * @param people without devices, each once
 * @param setting by which setting they were chosen, for a status post
 */
public record Recipients(List<Jid> people, StatusSetting setting) {

    /** Nobody was named. */
    public static final Recipients NONE = new Recipients(List.of(), StatusSetting.CONTACTS);

    /**
     * Copies the list.
     *
     * @param people without devices, each once
     * @param setting by which setting they were chosen, for a status post
     */
    public Recipients {
        people = List.copyOf(people);
        requireNonNull(setting, "setting");
    }
}
