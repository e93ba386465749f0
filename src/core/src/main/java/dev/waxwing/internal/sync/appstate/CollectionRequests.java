package dev.waxwing.internal.sync.appstate;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.sync.syncd.OutgoingPatch;
import dev.waxwing.internal.sync.syncd.StateCollection;
import dev.waxwing.model.Jid;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The iqs by which collections are read and written. */
final class CollectionRequests {

    private final StanzaStream stream;

    /**
     * What is asked for.
     *
     * @param collection the collection
     * @param version from where on; 0 for all of it
     * @param fromScratch whether what is known of it is to be replaced
     */
    record Asked(StateCollection collection, long version, boolean fromScratch) {}

    CollectionRequests(StanzaStream stream) {
        this.stream = stream;
    }

    CompletableFuture<Node> read(List<Asked> asked) {
        List<Node> collections = asked.stream()
                .map(one -> collection(one.collection(), one.version(), one.fromScratch())
                        .build())
                .toList();
        return request(Node.builder("sync").children(collections).build());
    }

    CompletableFuture<Node> write(StateCollection collection, OutgoingPatch patch) {
        Node child = collection(collection, patch.base(), false)
                .child(Node.builder("patch").bytes(patch.encode()).build())
                .build();
        return request(Node.builder("sync").child(child).build());
    }

    private static Node.Builder collection(StateCollection collection, long version, boolean snapshot) {
        return Node.builder("collection")
                .attr("name", collection.wireName())
                .attr("version", version)
                .attr("return_snapshot", Boolean.toString(snapshot));
    }

    /** The changes of a kind were seen. */
    CompletableFuture<Node> clean(String type, String timestamp) {
        return stream.request(Node.builder("iq")
                .attr("to", Jid.SERVER)
                .attr("type", "set")
                .attr("xmlns", "urn:xmpp:whatsapp:dirty")
                .child(Node.builder("clean")
                        .attr("type", type)
                        .attrIfPresent("timestamp", timestamp.isEmpty() ? null : timestamp)
                        .build())
                .build());
    }

    private CompletableFuture<Node> request(Node sync) {
        return stream.request(Node.builder("iq")
                .attr("to", Jid.SERVER)
                .attr("xmlns", "w:sync:app:state")
                .attr("type", "set")
                .child(sync)
                .build());
    }
}
