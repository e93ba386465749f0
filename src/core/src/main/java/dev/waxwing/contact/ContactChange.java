package dev.waxwing.contact;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/** What a person changed. Later versions may add kinds. */
public sealed interface ContactChange {

    /**
     * Another picture: ask for it by {@link Contacts#profilePictureUrl}.
     *
     * @param pictureId the id of the new picture, if the server tells it
     */
    record PictureSet(Optional<String> pictureId) implements ContactChange {

        /**
         * Checks that nothing is null.
         *
         * @param pictureId the id of the new picture, if the server tells it
         */
        public PictureSet {
            requireNonNull(pictureId, "pictureId");
        }
    }

    /** The picture was taken away. */
    record PictureRemoved() implements ContactChange {}

    /**
     * Another text about oneself.
     *
     * @param text the text, possibly empty; nothing if the server tells only that it is another
     */
    record AboutSet(Optional<String> text) implements ContactChange {

        /**
         * Checks that nothing is null.
         *
         * @param text the text, possibly empty; nothing if the server tells only that it is another
         */
        public AboutSet {
            requireNonNull(text, "text");
        }
    }

    /**
     * Messages disappear in the person's new chats, or not any more.
     *
     * @param duration in whole seconds; zero if they do not
     */
    record DisappearingModeSet(Duration duration) implements ContactChange {

        /**
         * Checks that nothing is null.
         *
         * @param duration in whole seconds; zero if they do not
         */
        public DisappearingModeSet {
            requireNonNull(duration, "duration");
        }
    }
}
