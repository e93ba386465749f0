package dev.waxwing.link;

import dev.waxwing.model.content.LinkPreview;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Makes previews of links; from {@code Socket.linkPreviews()}. The sender of a text makes the preview, so this machine
 * visits the page, and its owner learns of this machine's address: nothing is ever fetched unless it is asked for here.
 *
 * <pre>{@code
 * TextContent text = Content.text("see https://example.org/news");
 * socket.linkPreviews()
 *         .fetch(text.text())
 *         .thenCompose(found -> socket.sendMessage(to, found.map(text::withPreview).orElse(text)));
 * }</pre>
 *
 * <p>What is fetched is chosen by who wrote the link, which may be a stranger whose text is passed on. So only the
 * default ports of {@code http} and {@code https} are spoken to, only at addresses of the public internet (whatever names
 * and redirects say; a name with one other address is refused), at most 3 redirects are followed, a page is read for
 * 512 KiB and its picture for 2 MiB, and everything together takes at most 10 seconds. Cookies and credentials are
 * neither kept nor sent. Thread-safe.
 */
public interface LinkPreviews {

    /**
     * {@code getUrlInfo}: reads the page that the first link of a text leads to, and its picture.
     *
     * @param text any text; its links are those that begin with {@code http://} or {@code https://}
     * @return completes on a worker with the preview, or with nothing if there is no link, or its page cannot or must not
     *     be read, or has no title. It never fails; cancelling it ends the connection.
     * @throws IllegalArgumentException if the text has more than 65,536 characters
     * @throws IllegalStateException if the account connects by a proxy: names are looked up there, so that nobody could
     *     tell here where a request leads
     */
    CompletableFuture<Optional<LinkPreview>> fetch(String text);
}
