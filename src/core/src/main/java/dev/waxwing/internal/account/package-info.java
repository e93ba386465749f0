/**
 * Who this account is, and its own keys: the credentials, the pre-keys it hands out, and the signatures that tie a
 * device to its account (ADV). Nothing here talks to the server.
 *
 * <p>Start reading at {@code Credentials}. What needs no key takes {@code Self}.
 */
@NullMarked
package dev.waxwing.internal.account;

import org.jspecify.annotations.NullMarked;
