package dev.waxwing.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code GroupMetadata}: what the server says of a group. Immutable; made by {@link #builder}, so that it can grow.
 */
public final class GroupMetadata {

    /** What the builder held; written by nobody any more. */
    private final Builder of;

    /** Both forms of every member. */
    private final Map<Jid, GroupParticipant> byAddress = new HashMap<>();

    private GroupMetadata(Builder builder) {
        of = new Builder(builder);
        for (GroupParticipant participant : of.participants) {
            participant.alt().ifPresent(alt -> byAddress.putIfAbsent(alt, participant));
        }
        for (GroupParticipant participant : of.participants) {
            byAddress.put(participant.id(), participant);
        }
    }

    /**
     * Starts with nothing but an address.
     *
     * @param id the group
     * @return a builder
     * @throws IllegalArgumentException if it is not a group
     */
    public static Builder builder(Jid id) {
        return new Builder(id);
    }

    /**
     * Starts from this one.
     *
     * @return a builder with the same values
     */
    public Builder toBuilder() {
        return new Builder(of);
    }

    /**
     * The group: {@code id}.
     *
     * @return its address
     */
    public Jid id() {
        return of.id;
    }

    /**
     * The name: {@code subject}.
     *
     * @return the name, empty if the server gave none
     */
    public String subject() {
        return of.subject;
    }

    /**
     * Who gave the name: {@code subjectOwner}.
     *
     * @return by the form the group uses, without a device, if known
     */
    public Optional<Jid> subjectOwner() {
        return Optional.ofNullable(of.subjectOwner);
    }

    /**
     * When the name was given: {@code subjectTime}.
     *
     * @return to the second, if known
     */
    public Optional<Instant> subjectTime() {
        return Optional.ofNullable(of.subjectTime);
    }

    /**
     * Who created the group: {@code owner}.
     *
     * @return by the form the group uses, without a device, if known
     */
    public Optional<Jid> owner() {
        return Optional.ofNullable(of.owner);
    }

    /**
     * The other form of the creator's address: {@code ownerPn} in a group by LID.
     *
     * @return the other form, if known
     */
    public Optional<Jid> ownerAlt() {
        return Optional.ofNullable(of.ownerAlt);
    }

    /**
     * When the group was created: {@code creation}.
     *
     * @return to the second, if known
     */
    public Optional<Instant> creation() {
        return Optional.ofNullable(of.creation);
    }

    /**
     * What it says about itself: {@code desc}.
     *
     * @return the description, if there is one
     */
    public Optional<GroupDescription> description() {
        return Optional.ofNullable(of.description);
    }

    /**
     * In which form the members are named: {@code addressingMode}.
     *
     * @return by LID or by phone number
     */
    public AddressingMode addressingMode() {
        return of.addressingMode;
    }

    /**
     * After which time messages disappear: {@code ephemeralDuration}.
     *
     * @return the time, empty if they stay
     */
    public Optional<Duration> ephemeralDuration() {
        return Optional.ofNullable(of.ephemeralDuration);
    }

    /**
     * Who may add members: {@code memberAddMode}.
     *
     * @return all members or admins
     */
    public WhoMay memberAddMode() {
        return of.memberAddMode;
    }

    /**
     * Who may share the invite link.
     *
     * @return all members or admins; admins if the server did not say
     */
    public WhoMay memberLinkMode() {
        return of.memberLinkMode;
    }

    /**
     * Who may share the group's latest messages with new members.
     *
     * @return all members or admins; admins if the server did not say
     */
    public WhoMay memberHistoryMode() {
        return of.memberHistoryMode;
    }

    /**
     * What it is to a community: {@code isCommunity}, {@code isCommunityAnnounce}.
     *
     * @return the kind
     */
    public GroupKind kind() {
        return of.kind;
    }

    /**
     * The community that it belongs to: {@code linkedParent}.
     *
     * @return the community, if it belongs to one
     */
    public Optional<Jid> linkedParent() {
        return Optional.ofNullable(of.linkedParent);
    }

    /**
     * Which version of the member list this is, as the server counts.
     *
     * @return the version ({@code p_v_id}), if the server gave one
     */
    public Optional<String> participantVersion() {
        return Optional.ofNullable(of.participantVersion);
    }

    /**
     * What is on.
     *
     * @return the switches that are on
     */
    public Set<GroupSwitch> switches() {
        return Set.copyOf(of.switches);
    }

    /**
     * Whether something is on.
     *
     * @param which for example {@link GroupSwitch#ANNOUNCE}
     * @return true if it is on
     */
    public boolean is(GroupSwitch which) {
        return of.switches.contains(requireNonNull(which, "which"));
    }

    /**
     * Who is in it: {@code participants}.
     *
     * @return the members in the server's order; empty if the server names none, as in an answer about a group that
     *     this account is not in
     */
    public List<GroupParticipant> participants() {
        return of.participants;
    }

    /**
     * How many are in it: {@code size}.
     *
     * @return the server's number, which may be more than the members it names
     */
    public int size() {
        return of.size < 0 ? of.participants.size() : of.size;
    }

    /**
     * A member by either address.
     *
     * @param jid by phone number or LID; a device is ignored
     * @return the member, empty if nobody there has that address
     */
    public Optional<GroupParticipant> participant(Jid jid) {
        return Optional.ofNullable(byAddress.get(requireNonNull(jid, "jid").person()));
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof GroupMetadata metadata && values().equals(metadata.values()));
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    private List<Optional<?>> values() {
        return List.of(
                Optional.of(of.id),
                Optional.ofNullable(of.subject),
                Optional.ofNullable(of.subjectOwner),
                Optional.ofNullable(of.subjectTime),
                Optional.ofNullable(of.owner),
                Optional.ofNullable(of.ownerAlt),
                Optional.ofNullable(of.creation),
                Optional.ofNullable(of.description),
                Optional.ofNullable(of.addressingMode),
                Optional.ofNullable(of.ephemeralDuration),
                Optional.ofNullable(of.memberAddMode),
                Optional.ofNullable(of.memberLinkMode),
                Optional.ofNullable(of.memberHistoryMode),
                Optional.ofNullable(of.kind),
                Optional.ofNullable(of.linkedParent),
                Optional.ofNullable(of.participantVersion),
                Optional.of(of.switches),
                Optional.of(of.participants),
                Optional.of(size()));
    }

    /** Shows address and shape, and nothing that people wrote. */
    @Override
    public String toString() {
        return "GroupMetadata[" + of.id + ", " + of.kind + ", " + size() + " members, " + of.addressingMode + ", "
                + of.switches + "]";
    }

    /** Collects values; each setter checks what it is given. Not thread-safe. */
    public static final class Builder {
        private final Jid id;
        private String subject = "";
        private @Nullable Jid subjectOwner;
        private @Nullable Instant subjectTime;
        private @Nullable Jid owner;
        private @Nullable Jid ownerAlt;
        private @Nullable Instant creation;
        private @Nullable GroupDescription description;
        private AddressingMode addressingMode = AddressingMode.LID;
        private @Nullable Duration ephemeralDuration;
        private WhoMay memberAddMode = WhoMay.ALL_MEMBERS;
        private WhoMay memberLinkMode = WhoMay.ADMINS;
        private WhoMay memberHistoryMode = WhoMay.ADMINS;
        private GroupKind kind = GroupKind.GROUP;
        private @Nullable Jid linkedParent;
        private @Nullable String participantVersion;
        private final Set<GroupSwitch> switches = EnumSet.noneOf(GroupSwitch.class);
        private List<GroupParticipant> participants = List.of();
        private int size = -1;

        private Builder(Jid id) {
            if (!requireNonNull(id, "id").isGroup() || id.user().isEmpty()) {
                throw new IllegalArgumentException("id must be a group but was " + id);
            }
            this.id = id.withoutDevice();
        }

        private Builder(Builder from) {
            id = from.id;
            subject = from.subject;
            subjectOwner = from.subjectOwner;
            subjectTime = from.subjectTime;
            owner = from.owner;
            ownerAlt = from.ownerAlt;
            creation = from.creation;
            description = from.description;
            addressingMode = from.addressingMode;
            ephemeralDuration = from.ephemeralDuration;
            memberAddMode = from.memberAddMode;
            memberLinkMode = from.memberLinkMode;
            memberHistoryMode = from.memberHistoryMode;
            kind = from.kind;
            linkedParent = from.linkedParent;
            participantVersion = from.participantVersion;
            switches.addAll(from.switches);
            participants = from.participants;
            size = from.size;
        }

        /**
         * The name: {@code subject}.
         *
         * @param value the name
         * @return this
         */
        public Builder subject(String value) {
            subject = requireNonNull(value, "subject");
            return this;
        }

        /**
         * Who gave the name: {@code subjectOwner}.
         *
         * @param value by the form the group uses, without a device, null if not known
         * @return this
         */
        public Builder subjectOwner(@Nullable Jid value) {
            subjectOwner = value == null ? null : value.person();
            return this;
        }

        /**
         * When the name was given: {@code subjectTime}.
         *
         * @param value to the second, null if not known
         * @return this
         */
        public Builder subjectTime(@Nullable Instant value) {
            subjectTime = value;
            return this;
        }

        /**
         * Who created the group: {@code owner}.
         *
         * @param value by the form the group uses, without a device, null if not known
         * @return this
         */
        public Builder owner(@Nullable Jid value) {
            owner = value == null ? null : value.person();
            return this;
        }

        /**
         * The other form of the creator's address: {@code ownerPn} in a group by LID.
         *
         * @param value the other form, null if not known
         * @return this
         */
        public Builder ownerAlt(@Nullable Jid value) {
            ownerAlt = value == null ? null : value.person();
            return this;
        }

        /**
         * When the group was created: {@code creation}.
         *
         * @param value to the second, null if not known
         * @return this
         */
        public Builder creation(@Nullable Instant value) {
            creation = value;
            return this;
        }

        /**
         * What it says about itself: {@code desc}.
         *
         * @param value the description, null if not known
         * @return this
         */
        public Builder description(@Nullable GroupDescription value) {
            description = value;
            return this;
        }

        /**
         * In which form the members are named: {@code addressingMode}.
         *
         * @param value by LID or by phone number
         * @return this
         */
        public Builder addressingMode(AddressingMode value) {
            addressingMode = requireNonNull(value, "addressingMode");
            return this;
        }

        /**
         * After which time messages disappear: {@code ephemeralDuration}.
         *
         * @param value the time, null if not known
         * @return this
         */
        public Builder ephemeralDuration(@Nullable Duration value) {
            ephemeralDuration = value;
            return this;
        }

        /**
         * Who may add members: {@code memberAddMode}.
         *
         * @param value all members or admins
         * @return this
         */
        public Builder memberAddMode(WhoMay value) {
            memberAddMode = requireNonNull(value, "memberAddMode");
            return this;
        }

        /**
         * Who may share the invite link.
         *
         * @param value all members or admins
         * @return this
         */
        public Builder memberLinkMode(WhoMay value) {
            memberLinkMode = requireNonNull(value, "memberLinkMode");
            return this;
        }

        /**
         * Who may share the group's latest messages with new members.
         *
         * @param value all members or admins
         * @return this
         */
        public Builder memberHistoryMode(WhoMay value) {
            memberHistoryMode = requireNonNull(value, "memberHistoryMode");
            return this;
        }

        /**
         * What it is to a community: {@code isCommunity}, {@code isCommunityAnnounce}.
         *
         * @param value the kind
         * @return this
         */
        public Builder kind(GroupKind value) {
            kind = requireNonNull(value, "kind");
            return this;
        }

        /**
         * The community that it belongs to: {@code linkedParent}.
         *
         * @param value the community, null if not known
         * @return this
         */
        public Builder linkedParent(@Nullable Jid value) {
            linkedParent = value;
            return this;
        }

        /**
         * Which version of the member list this is, as the server counts.
         *
         * @param value the version ({@code p_v_id}), null if not known
         * @return this
         */
        public Builder participantVersion(@Nullable String value) {
            participantVersion = value;
            return this;
        }

        /**
         * Turns something on or off.
         *
         * @param which what
         * @param on true for on
         * @return this
         */
        public Builder with(GroupSwitch which, boolean on) {
            if (on) {
                switches.add(requireNonNull(which, "which"));
            } else {
                switches.remove(requireNonNull(which, "which"));
            }
            return this;
        }

        /**
         * Who is in it: {@code participants}. The size becomes their number.
         *
         * @param members the members; copied
         * @return this
         */
        public Builder participants(Collection<GroupParticipant> members) {
            participants = Copies.list(members, "members");
            size = participants.size();
            return this;
        }

        /**
         * How many are in it: {@code size}. Set it after the members.
         *
         * @param value the number, 0 or more
         * @return this
         */
        public Builder size(int value) {
            if (value < 0) {
                throw new IllegalArgumentException("size must be 0 or more but was " + value);
            }
            size = value;
            return this;
        }

        /**
         * Makes the metadata.
         *
         * @return the metadata
         */
        public GroupMetadata build() {
            return new GroupMetadata(this);
        }
    }
}
