package dev.waxwing.testkit.area;

import dev.waxwing.testkit.server.Account;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What accounts show of themselves. */
final class Profiles {

    /** The text about oneself; empty if there is none. */
    record About(String text, long seconds) {}

    /** How long messages of new chats live, in seconds; 0 for ever. */
    record Timer(long duration, long seconds) {}

    /** A profile picture: a JPEG as it was set. */
    record Picture(String id, byte[] jpeg) {}

    private static final About NO_ABOUT = new About("", 0);
    private static final Timer NO_TIMER = new Timer(0, 0);

    private final Map<Account, About> abouts = new HashMap<>();
    private final Map<Account, Timer> timers = new HashMap<>();
    private final Map<Account, Picture> pictures = new HashMap<>();

    About about(Account account) {
        return abouts.getOrDefault(account, NO_ABOUT);
    }

    void about(Account account, About about) {
        abouts.put(account, about);
    }

    Timer timer(Account account) {
        return timers.getOrDefault(account, NO_TIMER);
    }

    void timer(Account account, Timer timer) {
        timers.put(account, timer);
    }

    Optional<Picture> picture(Account account) {
        return Optional.ofNullable(pictures.get(account));
    }

    /** Sets the picture, or takes it away. */
    void picture(Account account, @Nullable Picture picture) {
        if (picture == null) {
            pictures.remove(account);
        } else {
            pictures.put(account, picture);
        }
    }

    /** Finds a picture by its id. */
    Optional<Picture> pictureById(String id) {
        return pictures.values().stream()
                .filter(picture -> picture.id().equals(id))
                .findFirst();
    }
}
