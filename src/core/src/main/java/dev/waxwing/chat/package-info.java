/** What an account does with its chats, labels and contacts, for all of its devices: its application state. */
@NullMarked
package dev.waxwing.chat;

import org.jspecify.annotations.NullMarked;
