package dev.waxwing.internal.link;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.media.preview.LinkPicture;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.transport.page.Page;
import dev.waxwing.internal.transport.page.PageReader;
import dev.waxwing.internal.transport.page.PageRequest;
import dev.waxwing.link.LinkPreviews;
import dev.waxwing.model.content.LinkPreview;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes previews of links when it is asked to, and never by itself. */
public final class LinkPreviewArea implements Area, LinkPreviews {

    private static final Logger LOG = LoggerFactory.getLogger(LinkPreviewArea.class);

    /** As long as a text message may be. */
    private static final int MAX_TEXT = 65_536;

    private static final int MAX_PAGE = 512 << 10;
    private static final int MAX_PICTURE = 2 << 20;
    private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(6);
    private static final Duration PICTURE_TIMEOUT = Duration.ofSeconds(4);

    private final AccountThreads threads;
    private final PageReader pages;
    private final boolean isProxied;

    /**
     * Creates the area.
     *
     * @param threads the account's
     * @param isProxied whether the account connects by a proxy
     */
    public LinkPreviewArea(AccountThreads threads, boolean isProxied) {
        this(threads, PageReader.ofThePublic(threads.loop(), threads.executor()), isProxied);
    }

    LinkPreviewArea(AccountThreads threads, PageReader pages, boolean isProxied) {
        this.threads = threads;
        this.pages = pages;
        this.isProxied = isProxied;
    }

    @Override
    public void register(Registrations on) {
        // The server has no part in it.
    }

    @Override
    public CompletableFuture<Optional<LinkPreview>> fetch(String text) {
        if (requireNonNull(text, "text").length() > MAX_TEXT) {
            throw new IllegalArgumentException(
                    "text must have at most " + MAX_TEXT + " characters but has " + text.length());
        }
        Optional<Link> link = Link.first(text);
        if (isProxied) {
            throw new IllegalStateException(
                    "links are not read by a proxy: nobody here could tell where a request leads");
        }
        if (link.isEmpty()) {
            return threads.handOut(CompletableFuture.completedFuture(Optional.empty()));
        }
        CompletableFuture<Page> page =
                pages.read(new PageRequest(link.get().uri(), "text/html", MAX_PAGE, PAGE_TIMEOUT));
        CompletableFuture<Optional<LinkPreview>> preview = page.thenComposeAsync(
                        read -> preview(link.get(), read), threads.executor())
                .exceptionally(failure -> {
                    LOG.debug("No preview of a link", failure);
                    return Optional.empty();
                });
        preview.whenComplete((made, failure) -> page.cancel(false));
        return threads.handOut(preview);
    }

    private CompletionStage<Optional<LinkPreview>> preview(Link link, Page page) {
        PageHead head = PageHead.read(page.body(), page.contentType());
        if (head.title().isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        LinkPreview preview = LinkPreview.of(link.matched(), head.title()).withDescription(head.description());
        return picture(page.uri(), head.image())
                .thenApply(
                        jpeg -> Optional.of(jpeg.map(preview::withJpegThumbnail).orElse(preview)));
    }

    /** The picture in a message; nothing if it cannot be read. */
    private CompletionStage<Optional<byte[]>> picture(URI page, String image) {
        if (image.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        try {
            URI uri = page.resolve(image);
            return pages.read(new PageRequest(uri, "image/*", MAX_PICTURE, PICTURE_TIMEOUT))
                    .thenApplyAsync(
                            read -> read.isWhole() ? LinkPicture.jpeg(read.body()) : Optional.<byte[]>empty(),
                            threads.executor())
                    .exceptionally(failure -> {
                        LOG.debug("A preview stays without its picture", failure);
                        return Optional.empty();
                    });
        } catch (IllegalArgumentException e) {
            LOG.debug("A page names a picture by no link", e);
            return CompletableFuture.completedFuture(Optional.empty());
        }
    }
}
