package dev.waxwing.internal.sync.appstate;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.sync.syncd.StateCollection;
import dev.waxwing.internal.sync.syncd.StatePatch;
import dev.waxwing.internal.sync.syncd.StateSnapshot;
import dev.waxwing.internal.sync.syncd.StateUpdate;
import dev.waxwing.proto.serversync.ExternalBlobReference;
import dev.waxwing.proto.serversync.SyncdPatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a server answers about one collection, its files not downloaded yet. Read by any thread. */
final class CollectionAnswer {

    /** A page of the service has a few hundred at most. */
    private static final int MOST_PATCHES = 10_000;

    private final StateCollection collection;
    private final long version;
    private final boolean hasMore;
    private final int error;
    private final String errorText;
    private final @Nullable ExternalBlobReference snapshot;
    private final List<SyncdPatch> patches;

    private CollectionAnswer(StateCollection collection, Node node) {
        this.collection = collection;
        version = node.longAttr("version", 0);
        hasMore = "true".equals(node.attr("has_more_patches"));
        Node refusal = node.child("error");
        boolean refused = "error".equals(node.attr("type")) || refusal != null;
        error = !refused ? 0 : refusal == null ? ServerCodes.UNKNOWN : refusal.intAttr("code", ServerCodes.UNKNOWN);
        String text = refusal == null ? null : refusal.attr("text");
        errorText = text == null ? "" : text;
        snapshot = reference(node.child("snapshot"));
        patches = patches(node);
    }

    /**
     * Finds what an answer says about a collection.
     *
     * @throws ProtocolViolationException if it says nothing, or it cannot be read
     */
    static CollectionAnswer in(Node iq, StateCollection collection) {
        return iq.requireChild("sync").children("collection").stream()
                .filter(node -> collection.wireName().equals(node.attr("name")))
                .findFirst()
                .map(node -> new CollectionAnswer(collection, node))
                .orElseThrow(() -> new ProtocolViolationException("the server says nothing of " + collection));
    }

    private static @Nullable ExternalBlobReference reference(@Nullable Node snapshot) {
        byte[] bytes = snapshot == null ? null : snapshot.bytes();
        if (bytes == null || bytes.length == 0) {
            return null;
        }
        try {
            return ExternalBlobReference.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new ProtocolViolationException("a reference of " + bytes.length + " bytes that cannot be read", e);
        }
    }

    private static List<SyncdPatch> patches(Node node) {
        Node wrapped = node.child("patches");
        List<Node> nodes = (wrapped == null ? node : wrapped).children("patch");
        if (nodes.size() > MOST_PATCHES) {
            throw new ProtocolViolationException(nodes.size() + " patches at once");
        }
        return nodes.stream()
                .filter(patch -> patch.bytes() != null)
                .map(patch -> StatePatch.parse(patch.requireBytes()))
                .toList();
    }

    /** The server's code, 0 if it did as it was asked. */
    int error() {
        return error;
    }

    boolean isConflict() {
        return error == ServerCodes.CONFLICT;
    }

    ServerRefusedException refusal() {
        return new ServerRefusedException("iq w:sync:app:state/set " + collection.wireName(), error, errorText, null);
    }

    long version() {
        return version;
    }

    boolean hasMore() {
        return hasMore;
    }

    boolean brings() {
        return snapshot != null || !patches.isEmpty();
    }

    /** Downloads what is not in the answer itself. */
    CompletableFuture<StateUpdate> resolve(ExternalBlobs blobs) {
        CompletableFuture<Optional<StateSnapshot>> whole = snapshot == null
                ? CompletableFuture.completedFuture(Optional.empty())
                : blobs.download(snapshot).thenApply(bytes -> Optional.of(StateSnapshot.parse(bytes)));
        CompletableFuture<List<StatePatch>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (SyncdPatch patch : patches) {
            // One after the other: each may be large.
            all = all.thenCompose(before -> resolve(patch, blobs).thenApply(next -> {
                before.add(next);
                return before;
            }));
        }
        return whole.thenCombine(all, (read, patched) -> new StateUpdate(collection, read, patched));
    }

    private CompletableFuture<StatePatch> resolve(SyncdPatch patch, ExternalBlobs blobs) {
        // The account's own patches come back without a version.
        long fallback = version + 1;
        return StatePatch.external(patch)
                .map(reference -> blobs.download(reference).thenApply(bytes -> StatePatch.of(patch, fallback, bytes)))
                .orElseGet(() -> CompletableFuture.completedFuture(StatePatch.of(patch, fallback)));
    }

    /** The codes that mean something here. */
    static final class ServerCodes {
        static final int CONFLICT = 409;
        static final int UNKNOWN = 500;
        private static final int FIRST_REFUSAL = 400;
        private static final int FIRST_FAILURE = 500;
        private static final int TOO_MANY = 429;

        private ServerCodes() {}

        /** Whether the same request would be refused again. */
        static boolean isFinal(int code) {
            return code >= FIRST_REFUSAL && code < FIRST_FAILURE && code != TOO_MANY && code != CONFLICT;
        }
    }
}
