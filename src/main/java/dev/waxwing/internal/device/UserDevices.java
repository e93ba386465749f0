package dev.waxwing.internal.device;

import dev.waxwing.model.Jid;
import java.util.List;
import java.util.Optional;

/**
 * What usync says of one user.
 *
 * @param user the user as asked, without a device
 * @param lid the user's LID, if the answer named it
 * @param deviceIds the devices, the phone being 0; empty if the user is not on the service
 */
record UserDevices(Jid user, Optional<Jid> lid, List<Integer> deviceIds) {

    UserDevices {
        deviceIds = List.copyOf(deviceIds);
    }

    static UserDevices none(Jid user) {
        return new UserDevices(user, Optional.empty(), List.of());
    }
}
