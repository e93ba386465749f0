package dev.waxwing.internal.privacy;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.model.Jid;
import dev.waxwing.privacy.BlocklistSet;
import dev.waxwing.privacy.BlocklistUpdate;
import dev.waxwing.privacy.PrivacyEvents;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The block list (protocol notes 08, section 7), which the server keeps. Only its hash is remembered: a change that is
 * told over another list than this one means that the whole is to be read again.
 */
final class BlockList {

    private static final Logger LOG = LoggerFactory.getLogger(BlockList.class);
    private static final int MOST = 100_000;

    private final AreaContext context;
    private final Function<Collection<Jid>, ? extends CompletionStage<?>> learnPairs;
    private volatile @Nullable String hash;

    BlockList(AreaContext context, Function<Collection<Jid>, ? extends CompletionStage<?>> learnPairs) {
        this.context = context;
        this.learnPairs = requireNonNull(learnPairs, "learnPairs");
    }

    CompletableFuture<List<Jid>> fetch() {
        return context.stream()
                .request(iq("get").build())
                .thenCompose(answer -> inLane(() -> read(answer.child("list"))));
    }

    private List<Jid> read(@Nullable Node list) {
        List<Node> items = list == null ? List.of() : list.children("item");
        if (items.size() > MOST) {
            throw new ProtocolViolationException("a block list of " + items.size() + " people");
        }
        List<Jid> blocked = people(items);
        hash = list == null ? null : list.attr("dhash");
        context.events().publish(PrivacyEvents.BLOCKLIST_SET, new BlocklistSet(blocked));
        return blocked;
    }

    /** By LID where that is known; what the server tells of pairs is kept. */
    private List<Jid> people(List<Node> items) {
        Map<Jid, Jid> pairs = new LinkedHashMap<>();
        List<Jid> named = new ArrayList<>();
        for (Node item : items) {
            Jid jid = item.requireJid("jid").person();
            Jid number = item.jid("pn_jid");
            if (number != null && jid.isLid()) {
                pairs.put(number.person(), jid);
            }
            named.add(jid);
        }
        context.people().learnAll(pairs);
        return named.stream().map(context.people()::canonical).distinct().toList();
    }

    CompletableFuture<Void> block(Jid person) {
        return bothForms(person, true)
                .thenCompose(forms -> change(Node.builder("item")
                        .attr("action", "block")
                        .attr("jid", forms.lid().orElse(person))
                        .attrIfPresent("pn_jid", forms.number().orElse(null))
                        .build()));
    }

    CompletableFuture<Void> unblock(Jid person) {
        return bothForms(person, true)
                .thenCompose(forms -> change(Node.builder("item")
                        .attr("action", "unblock")
                        .attr("jid", forms.lid().orElse(person))
                        .build()));
    }

    /** The server may answer with the list as it is now. */
    private CompletableFuture<Void> change(Node item) {
        return context.stream().request(iq("set").child(item).build()).thenAccept(answer -> {
            Node list = answer.child("list");
            hash = list == null ? null : list.attr("dhash");
        });
    }

    private record Forms(Optional<Jid> lid, Optional<Jid> number) {}

    /** Whom neither the store nor the server knows by both is named by the one that was given. */
    private CompletableFuture<Forms> bothForms(Jid person, boolean ask) {
        return inLane(() -> forms(person)).thenCompose(forms -> {
            boolean complete = forms.lid().isPresent() && forms.number().isPresent();
            return complete || !ask
                    ? CompletableFuture.completedFuture(forms)
                    : learnPairs
                            .apply(List.of(person))
                            .toCompletableFuture()
                            .thenCompose(learned -> bothForms(person, false));
        });
    }

    private Forms forms(Jid person) {
        List<Jid> all = context.people().formsOf(person);
        return new Forms(
                all.stream().filter(Jid::isLid).findFirst(),
                all.stream().filter(Jid::isPhone).findFirst());
    }

    /** Another device of the account changed the list. */
    CompletionStage<Acknowledgement> told(Node list) {
        List<Node> items = list.children("item");
        if (items.size() > MOST) {
            throw new ProtocolViolationException("a change of " + items.size() + " people of the block list");
        }
        return inLane(() -> {
            String known = hash;
            String before = list.attr("prev_dhash");
            boolean isChange = !items.isEmpty()
                    && "modify".equals(Optional.ofNullable(list.attr("action")).orElse("modify"));
            hash = list.attr("dhash");
            if (isChange) {
                publish(items, "block", BlocklistUpdate.Type.ADD);
                publish(items, "unblock", BlocklistUpdate.Type.REMOVE);
            }
            boolean missed = known != null && before != null && !known.equals(before);
            if (!isChange || missed) {
                fetch().whenComplete((read, failure) -> {
                    if (failure != null) {
                        LOG.debug("the block list could not be read again", failure);
                    }
                });
            }
            return Acknowledgement.ACK;
        });
    }

    private void publish(List<Node> items, String action, BlocklistUpdate.Type type) {
        List<Jid> people = people(items.stream()
                .filter(item -> action.equals(item.attr("action")))
                .toList());
        if (!people.isEmpty()) {
            context.events().publish(PrivacyEvents.BLOCKLIST_UPDATE, new BlocklistUpdate(people, type));
        }
    }

    private <T> CompletableFuture<T> inLane(Callable<T> work) {
        return context.threads().work().submit(BlockList.class, work);
    }

    private static Node.Builder iq(String type) {
        return Node.builder("iq").attr("to", Jid.SERVER).attr("type", type).attr("xmlns", "blocklist");
    }
}
