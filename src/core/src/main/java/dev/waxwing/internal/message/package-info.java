/**
 * The send and receive pipelines: content, padding, encryption per device, receipts, inbox and outbox.
 *
 * <p>Start reading at {@code SendPipeline} and {@code ReceivePipeline}; {@code docs/message-flow.md} numbers their steps.
 */
@NullMarked
package dev.waxwing.internal.message;

import org.jspecify.annotations.NullMarked;
