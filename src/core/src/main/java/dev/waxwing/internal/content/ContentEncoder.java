package dev.waxwing.internal.content;

import dev.waxwing.model.content.Content;
import dev.waxwing.proto.e2e.Message;

/**
 * Gives one kind of content its wire form. What every kind can have (quote, mentions, …) and the secret are added by
 * {@link ContentCodecs}. Called in the call of the application: what it throws, the application gets.
 *
 * @param <C> the kind
 */
@FunctionalInterface
public interface ContentEncoder<C extends Content> {

    /**
     * Encodes content.
     *
     * @param content what the application gave
     * @param outbound from whom, where and when it goes
     * @return the message, without context and secret; the caller goes on building
     * @throws IllegalArgumentException if the content cannot be sent
     */
    Message.Builder encode(C content, Outbound outbound);
}
