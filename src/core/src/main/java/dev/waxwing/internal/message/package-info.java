/**
 * The send and receive pipelines, which take a message from room to room: content, devices, encryption, outbox; and
 * decryption, inbox, receipts.
 *
 * <p>Start reading at {@code SendPipeline} and {@code ReceivePipeline}; {@code docs/message-flow.md} numbers their
 * steps.
 */
@NullMarked
package dev.waxwing.internal.message;

import org.jspecify.annotations.NullMarked;
