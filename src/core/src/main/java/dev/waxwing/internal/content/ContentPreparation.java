package dev.waxwing.internal.content;

import dev.waxwing.model.content.Content;
import java.util.concurrent.CompletableFuture;

/** Does for content what takes time before it can be encoded: uploads its file. */
@FunctionalInterface
public interface ContentPreparation {

    /**
     * Prepares content that is to be sent.
     *
     * @param content what the application gave
     * @return completes with content that can be encoded; cancelling it ends what is under way
     */
    CompletableFuture<Content> prepare(Content content);
}
