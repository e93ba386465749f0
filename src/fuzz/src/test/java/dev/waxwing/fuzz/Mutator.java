package dev.waxwing.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Spoils inputs: one to eight of the usual edits, so that the same seed always gives the same inputs. Knows nothing of
 * coverage, and so runs where Jazzer does not.
 */
final class Mutator {

    private static final int MOST_EDITS = 8;
    private static final int LONGEST = 65_536;
    private static final byte[] INTERESTING = {0, 1, 2, 4, 5, 8, 0x0a, 0x12, 0x1a, 0x22, 0x33, 0x7f, (byte) 0x80, -1};

    private final Random random;
    private final List<byte[]> seeds;

    Mutator(long seed, List<byte[]> seeds) {
        if (seeds.isEmpty()) {
            throw new IllegalArgumentException("no seeds");
        }
        random = new Random(seed);
        this.seeds = seeds;
    }

    byte[] next() {
        byte[] input = any();
        for (int edits = 1 + random.nextInt(MOST_EDITS); edits > 0; edits--) {
            input = edited(input);
        }
        return input.length <= LONGEST ? input : Arrays.copyOf(input, LONGEST);
    }

    private byte[] any() {
        return seeds.get(random.nextInt(seeds.size())).clone();
    }

    private byte[] edited(byte[] input) {
        if (input.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(input.length);
        int length = 1 + random.nextInt(Math.min(32, input.length - at));
        switch (random.nextInt(9)) {
            case 0 -> input[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> input[at] = INTERESTING[random.nextInt(INTERESTING.length)];
            case 2 -> input[at] += (byte) (random.nextInt(9) - 4);
            case 3 -> {
                for (int i = at; i < at + length; i++) {
                    input[i] = (byte) random.nextInt();
                }
            }
            case 4 -> {
                return joined(Arrays.copyOf(input, at), Arrays.copyOfRange(input, at + length, input.length));
            }
            case 5 -> {
                byte[] added = new byte[length];
                random.nextBytes(added);
                return joined(Arrays.copyOf(input, at), added, Arrays.copyOfRange(input, at, input.length));
            }
            case 6 -> {
                byte[] again = Arrays.copyOfRange(input, at, at + length);
                return joined(Arrays.copyOf(input, at), again, Arrays.copyOfRange(input, at, input.length));
            }
            case 7 -> {
                return Arrays.copyOf(input, at);
            }
            default -> {
                byte[] other = any();
                int from = other.length == 0 ? 0 : random.nextInt(other.length);
                return joined(Arrays.copyOf(input, at), Arrays.copyOfRange(other, from, other.length));
            }
        }
        return input;
    }

    private static byte[] joined(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
