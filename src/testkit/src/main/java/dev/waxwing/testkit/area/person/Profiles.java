package dev.waxwing.testkit.area.person;

import dev.waxwing.model.Jid;
import dev.waxwing.testkit.state.Account;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What accounts show of themselves. */
public final class Profiles {

    /**
     * The text about oneself.
     *
     * @param text empty if there is none
     * @param seconds when it was set, since 1970
     */
    public record About(String text, long seconds) {}

    /**
     * How long messages of new chats live.
     *
     * @param duration in seconds; 0 for ever
     * @param seconds when it was set, since 1970
     */
    public record Timer(long duration, long seconds) {}

    /**
     * A profile picture.
     *
     * @param id drawn anew for each
     * @param jpeg as it was set; shared, not copied
     */
    public record Picture(String id, byte[] jpeg) {}

    private static final About NO_ABOUT = new About("", 0);
    private static final Timer NO_TIMER = new Timer(0, 0);

    private final Map<Account, About> abouts = new HashMap<>();
    private final Map<Account, Timer> timers = new HashMap<>();
    private final Map<Account, Picture> pictures = new HashMap<>();
    private final Map<Jid, Picture> groupPictures = new HashMap<>();

    /** Creates them empty. */
    public Profiles() {}

    /**
     * The text about oneself.
     *
     * @param account whose
     * @return the text, empty if none was set
     */
    public About about(Account account) {
        return abouts.getOrDefault(account, NO_ABOUT);
    }

    void about(Account account, About about) {
        abouts.put(account, about);
    }

    /**
     * How long messages of new chats live.
     *
     * @param account whose
     * @return the timer; for ever if none was set
     */
    public Timer timer(Account account) {
        return timers.getOrDefault(account, NO_TIMER);
    }

    void timer(Account account, Timer timer) {
        timers.put(account, timer);
    }

    /**
     * The profile picture.
     *
     * @param account whose
     * @return the picture, or nothing if none was set
     */
    public Optional<Picture> picture(Account account) {
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

    Optional<Picture> picture(Jid group) {
        return Optional.ofNullable(groupPictures.get(group));
    }

    /** Sets the picture of a group, or takes it away. */
    void picture(Jid group, @Nullable Picture picture) {
        if (picture == null) {
            groupPictures.remove(group);
        } else {
            groupPictures.put(group, picture);
        }
    }

    /** Finds a picture by its id. */
    Optional<Picture> pictureById(String id) {
        return Stream.concat(pictures.values().stream(), groupPictures.values().stream())
                .filter(picture -> picture.id().equals(id))
                .findFirst();
    }
}
