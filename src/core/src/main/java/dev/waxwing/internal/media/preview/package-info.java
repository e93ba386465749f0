/**
 * What a receiver sees of a file before it has it: type, dimensions, duration, a small picture, a waveform. Everything
 * here reads files and may take seconds: it runs on workers. A strange file gives less, never an exception.
 */
@NullMarked
package dev.waxwing.internal.media.preview;

import org.jspecify.annotations.NullMarked;
