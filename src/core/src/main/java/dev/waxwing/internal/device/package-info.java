/**
 * Devices: who has which (usync), their key bundles, and this device's own pre-keys on the server.
 *
 * <p>{@code DeviceDirectory} answers which devices a user has, {@code SessionBuilder} makes sure that there is a
 * session with each, {@code OwnKeys} keeps our own keys in order on the server, {@code DeviceNotices} keeps the lists
 * fresh.
 */
@NullMarked
package dev.waxwing.internal.device;

import org.jspecify.annotations.NullMarked;
