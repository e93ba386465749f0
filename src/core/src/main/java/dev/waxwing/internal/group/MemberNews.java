package dev.waxwing.internal.group;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.waxwing.group.GroupMetadata;
import dev.waxwing.group.GroupParticipant;
import dev.waxwing.group.ParticipantAction;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.model.Jid;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whom the application has not heard of as a member. Nobody signs the list of a group's members: the server can put
 * somebody into an answer without any notice, and messages then go there. That cannot be refused, but it is told, at the
 * latest before the first message leaves.
 *
 * <p>What is compared: a list with the list before it, as long as the process lives; and those a message goes to with
 * those that messages went to, which is stored. People are compared by the address their sessions are filed under.
 * Thread-safe.
 */
final class MemberNews {

    private static final int MOST_PEOPLE = 200_000;

    private final LidMappings people;
    private final Listener listener;

    private final Cache<Jid, Told> groups = Caffeine.newBuilder()
            .maximumWeight(MOST_PEOPLE)
            .weigher((Jid group, Told told) -> 1 + told.listed.size() + told.announced.size())
            .executor(Runnable::run)
            .build();

    /** Takes what no notice told. */
    interface Listener {

        /**
         * People are in a group, or are not any more.
         *
         * @param group the group
         * @param action {@code ADD} or {@code REMOVE}
         * @param who the people, never none
         */
        void listed(Jid group, ParticipantAction action, List<GroupParticipant> who);
    }

    /**
     * @param listed who was on the last list, with what notices changed since; empty if there was none
     * @param announced who of them the application was told of one by one
     */
    private record Told(Set<Jid> listed, Set<Jid> announced) {

        static final Told NOTHING = new Told(Set.of(), Set.of());
    }

    MemberNews(LidMappings people, Listener listener) {
        this.people = requireNonNull(people, "people");
        this.listener = requireNonNull(listener, "listener");
    }

    /** The server has answered a list. */
    void listed(GroupMetadata metadata) {
        Map<Jid, GroupParticipant> now = byAddress(metadata.participants());
        Told before = replace(
                metadata.id(),
                told -> new Told(Set.copyOf(now.keySet()), only(told.announced, now.keySet()::contains)));
        Set<Jid> known = canonical(before.listed);
        if (known.isEmpty()) {
            return;
        }
        List<GroupParticipant> came = now.entrySet().stream()
                .filter(one -> !known.contains(one.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        List<GroupParticipant> gone = known.stream()
                .filter(one -> !now.containsKey(one))
                .map(GroupParticipant::of)
                .toList();
        publish(metadata.id(), ParticipantAction.REMOVE, gone);
        publish(metadata.id(), ParticipantAction.ADD, came);
    }

    /** A notice tells this, or the application did it. */
    void announced(Jid group, ParticipantAction action, Collection<GroupParticipant> who) {
        Set<Jid> named = byAddress(who).keySet();
        replace(group, told -> switch (action) {
            case ADD ->
                new Told(told.listed.isEmpty() ? Set.of() : with(told.listed, named), with(told.announced, named));
            case REMOVE ->
                new Told(
                        only(told.listed, one -> !named.contains(one)),
                        only(told.announced, one -> !named.contains(one)));
            // Whoever has another number now is on the next list as somebody else.
            case MODIFY -> new Told(Set.of(), with(told.announced, named));
            case PROMOTE, DEMOTE -> told;
        });
    }

    /** This account is not in the group any more, and hears nothing of it. */
    void left(Jid group) {
        groups.invalidate(group);
    }

    /**
     * The next message goes to people that none went to.
     *
     * @param who by the address their sessions are filed under
     * @param known what is remembered of the group, for their roles
     */
    void reached(Jid group, Collection<Jid> who, @Nullable GroupMetadata known) {
        Told before = replace(group, told -> new Told(told.listed, with(told.announced, who)));
        Set<Jid> announced = canonical(before.announced);
        Map<Jid, GroupParticipant> members = known == null ? Map.of() : byAddress(known.participants());
        publish(
                group,
                ParticipantAction.ADD,
                who.stream()
                        .filter(one -> !announced.contains(one))
                        .map(one -> members.getOrDefault(one, GroupParticipant.of(one)))
                        .toList());
    }

    private void publish(Jid group, ParticipantAction action, List<GroupParticipant> who) {
        if (!who.isEmpty()) {
            Set<Jid> named = byAddress(who).keySet();
            if (action == ParticipantAction.ADD) {
                replace(group, told -> new Told(told.listed, with(told.announced, named)));
            }
            listener.listed(group, action, who);
        }
    }

    /** Returns what was known before. */
    private Told replace(Jid group, Function<Told, Told> change) {
        Told[] before = {Told.NOTHING};
        groups.asMap().compute(group, (id, told) -> {
            before[0] = told == null ? Told.NOTHING : told;
            return change.apply(before[0]);
        });
        return before[0];
    }

    private Map<Jid, GroupParticipant> byAddress(Collection<GroupParticipant> who) {
        return who.stream()
                .collect(Collectors.toMap(one -> people.canonical(one.id()), one -> one, (one, again) -> one));
    }

    private Set<Jid> canonical(Set<Jid> before) {
        return before.stream().map(people::canonical).collect(Collectors.toUnmodifiableSet());
    }

    private static Set<Jid> with(Set<Jid> some, Collection<Jid> more) {
        Set<Jid> all = new HashSet<>(some);
        all.addAll(more);
        return Set.copyOf(all);
    }

    private static Set<Jid> only(Set<Jid> some, Predicate<Jid> kept) {
        return some.stream().filter(kept).collect(Collectors.toUnmodifiableSet());
    }
}
