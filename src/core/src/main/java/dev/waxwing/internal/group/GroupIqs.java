package dev.waxwing.internal.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.SocketClosedException;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.MessageIds;
import dev.waxwing.model.Jid;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How an area asks the server about groups and tells it what to do with them: iqs of the namespace {@code w:g2}. */
public final class GroupIqs {

    /** Where iqs go that are about no group in particular. */
    public static final Jid SERVER = Jid.parse("g.us");

    private final AreaContext context;

    /**
     * Creates one for an account.
     *
     * @param context what areas are given
     */
    public GroupIqs(AreaContext context) {
        this.context = requireNonNull(context, "context");
    }

    /**
     * Asks.
     *
     * @param to the group, or {@link #SERVER}
     * @param child what is asked
     * @return the result, on the event loop
     */
    public CompletableFuture<Node> get(Jid to, Node child) {
        return send("get", to, child);
    }

    /**
     * Tells.
     *
     * @param to the group, or {@link #SERVER}
     * @param child what is to be done
     * @return the result, on the event loop
     */
    public CompletableFuture<Node> set(Jid to, Node child) {
        return send("set", to, child);
    }

    private CompletableFuture<Node> send(String type, Jid to, Node child) {
        return context.stream()
                .request(Node.builder("iq")
                        .attr("id", context.stream().nextId())
                        .attr("type", type)
                        .attr("xmlns", "w:g2")
                        .attr("to", to)
                        .child(child)
                        .build());
    }

    /**
     * What tells one thing that this account makes from another, as clients do it: the key of a new group, the id of a
     * description.
     *
     * @return a new id
     * @throws IllegalStateException if this device is not linked yet
     */
    public String newId() {
        Jid me =
                context.self().get().me().orElseThrow(() -> new IllegalStateException("this device is not linked yet"));
        return MessageIds.next(me, context.clock().instant());
    }

    /**
     * Works in the lane of a group, where its notices are worked on too. What is submitted on the event loop, where
     * answers come, keeps its order to the notices that come later.
     *
     * @param group the group
     * @param work may block on the store
     * @param <T> what it answers
     * @return the answer
     */
    public <T extends @Nullable Object> CompletableFuture<T> inLane(Jid group, Callable<T> work) {
        return context.threads().work().submit(group, work);
    }

    /**
     * A call of the application, on the account's executor, because stores and caches are asked; what it answers leaves
     * by the one way out.
     *
     * @param work makes the call
     * @param <T> what it answers
     * @return the application's future
     */
    public <T extends @Nullable Object> CompletableFuture<T> call(Supplier<? extends CompletionStage<T>> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        try {
            context.threads().executor().execute(() -> {
                try {
                    work.get().whenComplete((answer, failure) -> {
                        if (failure == null) {
                            done.complete(answer);
                        } else {
                            done.completeExceptionally(failure);
                        }
                    });
                } catch (RuntimeException e) {
                    done.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(new SocketClosedException("the socket is closed"));
        }
        return context.threads().handOut(done);
    }
}
