package dev.waxwing.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.model.Jid;
import dev.waxwing.model.UserDevices;
import dev.waxwing.store.UserDevicesCache;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One cache, many accounts. */
final class SharedUserDevicesTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Jid BOB = Jid.phone("15551230001");

    private final SharedUserDevices shared = new SharedUserDevices(1_000);
    private final UserDevicesCache one = shared.ofAccount(LONG);
    private final UserDevicesCache other = shared.ofAccount(LONG);

    @Test
    void givenTwoAccounts_whenOneLearnsOfADevice_thenTheOtherDoesNotSendToIt() {
        one.put(devices(0, 1, 66));
        assertThat(other.get(BOB)).isEmpty();

        other.put(devices(0, 1));

        assertThat(one.get(BOB)).contains(devices(0, 1, 66));
        assertThat(other.get(BOB)).contains(devices(0, 1));
    }

    @Test
    void givenTwoAccountsThatKnowAPerson_whenOneForgets_thenTheOtherStillKnows() {
        one.put(devices(0, 1));
        other.put(devices(0, 1));

        one.remove(BOB);

        assertThat(one.get(BOB)).isEmpty();
        assertThat(other.get(BOB)).contains(devices(0, 1));
    }

    @Test
    void givenManyMoreListsThanItKeeps_whenOneAccountFloodsIt_thenItStaysBounded() {
        SharedUserDevices small = new SharedUserDevices(10);
        UserDevicesCache flooding = small.ofAccount(LONG);
        List<Jid> people = IntStream.range(0, 1_000)
                .mapToObj(i -> Jid.phone(Long.toString(15_551_230_000L + i)))
                .toList();

        people.forEach(person -> flooding.put(devices(person, 0)));

        assertThat(people.stream().map(flooding::get).filter(Optional::isPresent))
                .hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void givenAccountsWithTimesOfTheirOwn_whenTheShorterIsOver_thenOnlyThatOneAsksAgain() {
        AtomicLong now = new AtomicLong();
        SharedUserDevices timed = new SharedUserDevices(10, now::get);
        UserDevicesCache brief = timed.ofAccount(Duration.ofSeconds(10));
        UserDevicesCache lasting = timed.ofAccount(LONG);
        brief.put(devices(0));
        lasting.put(devices(0));

        now.addAndGet(Duration.ofSeconds(11).toNanos());

        assertThat(brief.get(BOB)).isEmpty();
        assertThat(lasting.get(BOB)).contains(devices(0));
    }

    private static UserDevices devices(Integer... numbers) {
        return devices(BOB, numbers);
    }

    private static UserDevices devices(Jid user, Integer... numbers) {
        return new UserDevices(user, Optional.empty(), List.of(numbers));
    }
}
