package dev.waxwing.status;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.model.Jid;
import dev.waxwing.model.StatusSetting;
import java.util.List;

/**
 * Whom an account lets see its status, as the owner chose on the phone.
 *
 * @param setting how the audience is chosen
 * @param people the allow list or the deny list, as the server names them; empty for {@link StatusSetting#CONTACTS}
 */
public record StatusPrivacy(StatusSetting setting, List<Jid> people) {

    /**
     * Copies the list.
     *
     * @param setting how the audience is chosen
     * @param people the allow list or the deny list
     */
    public StatusPrivacy {
        requireNonNull(setting, "setting");
        people = Copies.list(people, "people");
    }
}
