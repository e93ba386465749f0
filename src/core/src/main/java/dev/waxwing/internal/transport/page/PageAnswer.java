package dev.waxwing.internal.transport.page;

import java.util.Optional;

/**
 * What a server answered.
 *
 * @param page what was read, which is nothing in a redirect
 * @param redirect where it is instead, if it is elsewhere
 */
record PageAnswer(Page page, Optional<String> redirect) {}
