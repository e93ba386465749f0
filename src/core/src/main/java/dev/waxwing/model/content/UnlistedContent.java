package dev.waxwing.model.content;

/** There is none: that it may be there makes every {@code switch} over {@link MessageContent} have a default branch. */
final class UnlistedContent implements MessageContent {

    private UnlistedContent() {}
}
