/**
 * The logged-in stream: one connection after another for one account, with its login, requests and answers,
 * acknowledgements, keep-alive, stream errors and reconnects. Rooms above see {@link
 * dev.waxwing.internal.stream.StanzaStream} and {@link dev.waxwing.internal.stream.routing.StanzaRouter}.
 */
@NullMarked
package dev.waxwing.internal.stream;

import org.jspecify.annotations.NullMarked;
