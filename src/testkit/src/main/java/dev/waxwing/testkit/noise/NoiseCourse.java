package dev.waxwing.testkit.noise;

/**
 * How a handshake went.
 *
 * @param pattern {@code XX}; {@code IK} if the client resumed; {@code XXfallback} if it wanted to and could not
 * @param messages how many handshake messages went over the line, in both directions together
 */
public record NoiseCourse(String pattern, int messages) {}
