package dev.waxwing.internal.group;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.group.AddressingMode;
import dev.waxwing.group.GroupMetadata;
import dev.waxwing.group.GroupMetadataCache;
import dev.waxwing.group.GroupParticipant;
import dev.waxwing.group.ParticipantAction;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.threads.LookUp;
import dev.waxwing.model.Jid;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of groups: answers from a cache, which the server's notices keep right, and asks the server for what is
 * missing there, once for all who ask at the same time. The pairs of number and LID that an answer names are learned on
 * the way.
 *
 * <p>A notice that comes while a query is under way wins: the answer may be older, so it is not kept, and whoever waits
 * for it gets the answer to another query.
 *
 * <p>{@link #change}, {@link #forget} and {@link #remember} are for the lane of the group.
 */
public final class CachedGroups implements GroupRoster {

    private static final Logger LOG = LoggerFactory.getLogger(CachedGroups.class);

    /** How often a group is asked for in one look-up while it keeps changing; then the last answer must do. */
    private static final int MOST_QUERIES = 3;

    private static final int MOST_VIEWS = 1_000;

    private final StanzaStream stream;
    private final LidMappings people;
    private final Executor executor;
    private final GroupMetadataCache cache;
    private volatile MemberNews.Listener listener = (group, action, who) -> {};
    private final MemberNews news;
    private final Map<Jid, LookUp<Jid, GroupMetadata>> underWay = new ConcurrentHashMap<>();

    /** What sending was told last of a group. */
    private final Cache<Jid, View> views = Caffeine.newBuilder()
            .maximumSize(MOST_VIEWS)
            .executor(Runnable::run)
            .build();

    /**
     * Creates a directory.
     *
     * @param stream where to ask
     * @param people learns the pairs that answers name
     * @param executor runs what waits for answers; may block on the store
     * @param cache remembers the answers
     */
    public CachedGroups(StanzaStream stream, LidMappings people, Executor executor, GroupMetadataCache cache) {
        this.stream = requireNonNull(stream, "stream");
        this.people = requireNonNull(people, "people");
        this.executor = requireNonNull(executor, "executor");
        this.cache = requireNonNull(cache, "cache");
        this.news = new MemberNews(people, (group, action, who) -> listener.listed(group, action, who));
    }

    /** Who hears of members that no notice told of. */
    void listen(MemberNews.Listener to) {
        listener = requireNonNull(to, "to");
    }

    @Override
    public void reached(Jid group, Collection<Jid> who) {
        news.reached(group, who, cached(group).orElse(null));
    }

    /**
     * A notice names members that came or went, or this account has done it.
     *
     * @param group the group
     * @param action what was done
     * @param who to whom
     */
    void announced(Jid group, ParticipantAction action, Collection<GroupParticipant> who) {
        news.announced(group, action, who);
    }

    /**
     * This account is not in a group any more.
     *
     * @param group the group
     */
    void left(Jid group) {
        news.left(group);
        forget(group);
    }

    @Override
    public CompletableFuture<GroupParticipants> participants(Jid group) {
        return metadata(group).thenApply(this::view);
    }

    @Override
    public CompletableFuture<Boolean> isAdmin(Jid group, Jid person) {
        return metadata(group)
                .thenApply(metadata -> metadata.participants().stream()
                        .filter(member -> member.role().isAdmin())
                        .anyMatch(member -> member.id().sameUser(person)
                                || member.alt().filter(person::sameUser).isPresent()));
    }

    /** The same object for as long as nobody came or went, whatever else changed. */
    private GroupParticipants view(GroupMetadata metadata) {
        return views.asMap()
                .compute(
                        metadata.id(),
                        (id, before) ->
                                before != null && before.metadata.equals(metadata) ? before : View.of(metadata, before))
                .participants;
    }

    /**
     * What is known of a group, or else what the server answers. Call off the event loop: the cache may be the
     * application's.
     *
     * @param group the group
     * @return its metadata; fails as {@link StanzaStream#request} does, with 403 for a group that this account is not
     *     in and 404 for one that is not there
     */
    public CompletableFuture<GroupMetadata> metadata(Jid group) {
        return cached(group).map(CompletableFuture::completedFuture).orElseGet(() -> ask(group, 1));
    }

    /**
     * What the server says of a group now, whatever is remembered.
     *
     * @param group the group
     * @return as {@link #metadata}
     */
    public CompletableFuture<GroupMetadata> refresh(Jid group) {
        return ask(group, 1);
    }

    /**
     * What is remembered of a group. Call off the event loop.
     *
     * @param group the group
     * @return its metadata, empty if the server must be asked
     */
    public Optional<GroupMetadata> known(Jid group) {
        return cached(group);
    }

    @Override
    public void forget(Jid group) {
        outdate(group);
        remove(group);
    }

    /**
     * Takes what the server said of a group without having been asked by this class.
     *
     * @param metadata what it said
     */
    public void remember(GroupMetadata metadata) {
        outdate(metadata.id());
        learnPairs(metadata.participants());
        news.listed(metadata);
        put(metadata);
    }

    /**
     * Changes what is remembered of a group; what is not known stays so.
     *
     * @param group the group
     * @param change given what is known, what is so now; null if that cannot be told, and the group is forgotten
     */
    void change(Jid group, Function<GroupMetadata, @Nullable GroupMetadata> change) {
        outdate(group);
        cached(group).ifPresent(known -> {
            GroupMetadata changed = change.apply(known);
            if (changed == null) {
                LOG.debug("What is known of group {} is not what the server has; it is asked for anew", group);
                remove(group);
            } else {
                put(changed);
            }
        });
    }

    /**
     * Notes which numbers and LIDs are one person, on the word of the server. Asks the store.
     *
     * @param participants people of groups
     */
    public void learnPairs(Collection<GroupParticipant> participants) {
        Map<Jid, Jid> pairs = new LinkedHashMap<>();
        participants.forEach(one -> one.alt().ifPresent(alt -> pairs.put(one.id(), alt)));
        people.learnAll(pairs);
    }

    private CompletableFuture<GroupMetadata> ask(Jid group, int round) {
        LookUp<Jid, GroupMetadata> mine = new LookUp<>(group);
        LookUp<Jid, GroupMetadata> others = underWay.putIfAbsent(group, mine);
        if (others != null) {
            return others.result();
        }
        query(mine, round);
        return mine.result();
    }

    private void query(LookUp<Jid, GroupMetadata> lookUp, int round) {
        stream.request(request(lookUp.subject()))
                .thenAcceptAsync(answer -> answered(lookUp, answer, round), executor)
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        // Nothing is remembered of it: the next look-up asks again.
                        underWay.remove(lookUp.subject(), lookUp);
                        lookUp.result().completeExceptionally(failure);
                    }
                });
    }

    private void answered(LookUp<Jid, GroupMetadata> lookUp, Node answer, int round) {
        GroupMetadata metadata = GroupNodes.metadata(answer.requireChild("group"));
        if (!metadata.id().equals(lookUp.subject())) {
            throw new ProtocolViolationException(
                    "asked for group " + lookUp.subject() + ", answered is " + metadata.id());
        }
        learnPairs(metadata.participants());
        boolean kept = lookUp.unlessOutdated(() -> put(metadata));
        if (kept || round >= MOST_QUERIES) {
            underWay.remove(lookUp.subject(), lookUp);
            // Before a message can go by this list.
            news.listed(metadata);
            lookUp.result().complete(metadata);
            return;
        }
        ask(lookUp.subject(), round + 1).whenComplete((again, failure) -> {
            if (failure == null) {
                lookUp.result().complete(again);
            } else {
                lookUp.result().completeExceptionally(failure);
            }
        });
    }

    private Node request(Jid group) {
        return Node.builder("iq")
                .attr("id", stream.nextId())
                .attr("type", "get")
                .attr("xmlns", "w:g2")
                .attr("to", group)
                .child(Node.builder("query").attr("request", "interactive").build())
                .build();
    }

    /** The query under way, if there is one, was asked before something that its answer may not know. */
    private void outdate(Jid group) {
        LookUp<Jid, GroupMetadata> asked = underWay.remove(group);
        if (asked != null) {
            asked.outdate();
        }
    }

    private Optional<GroupMetadata> cached(Jid group) {
        try {
            return cache.get(group);
        } catch (RuntimeException e) {
            LOG.warn("The cache of groups failed; the server is asked", e);
            return Optional.empty();
        }
    }

    private void put(GroupMetadata metadata) {
        try {
            cache.put(metadata);
        } catch (RuntimeException e) {
            LOG.warn("The cache of groups failed; the server will be asked again", e);
            remove(metadata.id());
        }
    }

    private void remove(Jid group) {
        try {
            cache.remove(group);
        } catch (RuntimeException e) {
            LOG.error("The cache of groups failed to forget {}, which has changed", group, e);
        }
    }

    private record View(GroupMetadata metadata, GroupParticipants participants) {

        static View of(GroupMetadata metadata, @Nullable View before) {
            GroupParticipants now = new GroupParticipants(
                    metadata.id(),
                    metadata.addressingMode() == AddressingMode.LID,
                    metadata.participants().stream().map(GroupParticipant::id).toList(),
                    metadata.ephemeralDuration());
            return new View(metadata, before != null && before.participants.equals(now) ? before.participants : now);
        }
    }
}
