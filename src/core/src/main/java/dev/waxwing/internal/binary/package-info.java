/** The service's binary XML: nodes, the token dictionary, encoder and decoder. */
@NullMarked
package dev.waxwing.internal.binary;

import org.jspecify.annotations.NullMarked;
