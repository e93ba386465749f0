package dev.waxwing.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What changed about a group. Later versions may add kinds. */
public sealed interface GroupChange {

    /**
     * Another name.
     *
     * @param subject the name
     */
    record Subject(String subject) implements GroupChange {
        /**
         * Checks that there is one.
         *
         * @param subject the name
         */
        public Subject {
            requireNonNull(subject, "subject");
        }
    }

    /**
     * Another description.
     *
     * @param description the description, empty if there is none any more
     */
    record Description(Optional<GroupDescription> description) implements GroupChange {
        /**
         * Checks that it is not null.
         *
         * @param description the description, empty if there is none any more
         */
        public Description {
            requireNonNull(description, "description");
        }
    }

    /**
     * Something is on or off: {@code announce}, {@code restrict}, {@code joinApprovalMode} and others.
     *
     * @param which what
     * @param on whether it is on now
     */
    record Switched(GroupSwitch which, boolean on) implements GroupChange {
        /**
         * Checks that it is known.
         *
         * @param which what
         * @param on whether it is on now
         */
        public Switched {
            requireNonNull(which, "which");
        }
    }

    /**
     * Messages disappear after another time.
     *
     * @param duration the time, empty if they stay: {@code ephemeralDuration}
     */
    record Ephemeral(Optional<Duration> duration) implements GroupChange {
        /**
         * Checks that it is not null.
         *
         * @param duration the time, empty if they stay
         */
        public Ephemeral {
            requireNonNull(duration, "duration");
        }
    }

    /**
     * Others may do something.
     *
     * @param mode what
     * @param who who may now
     */
    record Allowed(Mode mode, WhoMay who) implements GroupChange {
        /**
         * Checks that nothing is null.
         *
         * @param mode what
         * @param who who may now
         */
        public Allowed {
            requireNonNull(mode, "mode");
            requireNonNull(who, "who");
        }
    }

    /** What a group lets all members do, or admins only. Later versions may add more. */
    enum Mode {
        /** Add members: {@code memberAddMode}. */
        ADD,
        /** Share the invite link. */
        LINK,
        /** Share the latest messages with new members. */
        HISTORY
    }

    /**
     * The invite link is another: {@code inviteCode}.
     *
     * @param code the new code, empty if the server only told that the old one is void
     */
    record InviteCode(Optional<String> code) implements GroupChange {
        /**
         * Checks that it is not null.
         *
         * @param code the new code
         */
        public InviteCode {
            requireNonNull(code, "code");
        }

        /** Never shows the code. */
        @Override
        public String toString() {
            return "InviteCode[]";
        }
    }

    /**
     * Groups were linked to or taken out of a community.
     *
     * @param linked whether they were linked
     * @param relation what the groups are to the one that is told of: {@code sub_group}, {@code parent_group} or
     *     {@code sibling_group}
     * @param groups the groups
     * @param reason why they were taken out, in the server's words
     */
    record Linked(boolean linked, String relation, List<Jid> groups, Optional<String> reason) implements GroupChange {
        /**
         * Copies the list.
         *
         * @param linked whether they were linked
         * @param relation what the groups are to the one that is told of
         * @param groups the groups
         * @param reason why they were taken out, in the server's words
         */
        public Linked {
            requireNonNull(relation, "relation");
            groups = Copies.list(groups, "groups");
            requireNonNull(reason, "reason");
        }
    }

    /**
     * The picture is another one, or gone; it is not in this.
     *
     * @param id of the new picture; empty if there is none now
     */
    record Picture(Optional<String> id) implements GroupChange {
        /**
         * Checks for null.
         *
         * @param id of the new picture
         */
        public Picture {
            requireNonNull(id, "id");
        }
    }

    /**
     * The group is no more.
     *
     * @param reason why, in the server's words
     */
    record Deleted(Optional<String> reason) implements GroupChange {
        /**
         * Checks that it is not null.
         *
         * @param reason why, in the server's words
         */
        public Deleted {
            requireNonNull(reason, "reason");
        }
    }

    /**
     * A change that this version does not know. What was known of the group is forgotten.
     *
     * @param tag what the server calls it, at most 64 characters
     */
    record Unknown(String tag) implements GroupChange {
        /**
         * Checks that there is a name.
         *
         * @param tag what the server calls it, at most 64 characters
         */
        public Unknown {
            requireNonNull(tag, "tag");
        }
    }
}
