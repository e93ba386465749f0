/** Stock Baileys clients, in real Node processes, against the loopback server and against Waxwing. */
@NullMarked
package dev.waxwing.interop;

import org.jspecify.annotations.NullMarked;
