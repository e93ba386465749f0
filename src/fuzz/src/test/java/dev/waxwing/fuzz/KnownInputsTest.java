package dev.waxwing.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every fuzz target over what it begins with, what fuzzing found before, and some spoilt ones, always the same. */
class KnownInputsTest {

    private static final int SPOILT = 200;

    @TestFactory
    Stream<DynamicTest> givenKnownInputs_whenRead_thenEveryInvariantHolds() {
        return FuzzTargets.all().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    FuzzTarget target = entry.getValue().get();
                    List<byte[]> seeds = new ArrayList<>(target.seeds());
                    seeds.addAll(Seeds.kept(entry.getKey()));
                    for (byte[] seed : seeds) {
                        run(target, seed);
                    }
                    Mutator mutator = new Mutator(2, seeds);
                    for (int i = 0; i < SPOILT; i++) {
                        run(target, mutator.next());
                    }
                }));
    }

    @Test
    void givenOneRandomSeed_whenInputsAreSpoilt_thenTheyAreAlwaysTheSame() {
        List<byte[]> seeds = List.of(new byte[20], new byte[] {1, 2, 3});
        Mutator one = new Mutator(7, seeds);
        Mutator other = new Mutator(7, seeds);
        for (int i = 0; i < 1_000; i++) {
            assertThat(one.next()).isEqualTo(other.next());
        }
    }

    private static void run(FuzzTarget target, byte[] input) {
        try {
            target.accept(input);
        } catch (Throwable e) {
            throw new AssertionError("input " + HexFormat.of().formatHex(input), e);
        }
    }
}
