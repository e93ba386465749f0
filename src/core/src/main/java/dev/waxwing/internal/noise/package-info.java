/**
 * Noise XX, IK and XXfallback over the framed byte stream: the client's handshake and what a server's shares with it,
 * the server's certificate chain, frame lengths and the sealed frames after it.
 *
 * <p>From the socket inwards the handlers are {@link dev.waxwing.internal.noise.FrameLengthCodec}, then {@link
 * dev.waxwing.internal.noise.NoiseClientHandshakeHandler} (or the server's), which gives way to {@link
 * dev.waxwing.internal.noise.NoiseFrameCodec} once the keys are known. All of them live on one event loop, so that the
 * order of the counters is the order on the wire.
 *
 * <p>Terms are those of the Noise specification, revision 34; the wire facts are observed and agreed on by all peers.
 */
@NullMarked
package dev.waxwing.internal.noise;

import org.jspecify.annotations.NullMarked;
