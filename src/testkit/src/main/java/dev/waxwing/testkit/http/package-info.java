/** The outer door: listeners with and without TLS, HTTP, and the bytes inside a WebSocket. */
@NullMarked
package dev.waxwing.testkit.http;

import org.jspecify.annotations.NullMarked;
