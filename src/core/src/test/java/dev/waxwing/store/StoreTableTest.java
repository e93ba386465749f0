package dev.waxwing.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreTableTest {

    @Test
    void givenOneName_whenNamedTwice_thenItIsTheSameTable() {
        assertThat(StoreTable.of("sessions")).isEqualTo(StoreTable.SESSIONS).hasSameHashCodeAs(StoreTable.SESSIONS);
        assertThat(StoreTable.of("sessions")).isNotEqualTo(StoreTable.OUTBOX);
    }

    @Test
    void givenTheTables_whenAsked_thenAllAreSecretButTheThreeThatNeverWere() {
        assertThat(StoreTables.all())
                .filteredOn(table -> !table.secret())
                .containsExactlyInAnyOrder(StoreTable.IDENTITIES, StoreTable.DEVICE_LISTS, StoreTable.LID_MAPPINGS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Sessions",
                "1st",
                "_x",
                ".at_rest",
                "a b",
                "a-b",
                "caf\u00e9",
                "a234567890123456789012345678901_3"
            })
    void givenNameOfAnotherForm_whenNamed_thenRefusedWithTheArgumentsName(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StoreTable.of(name))
                .withMessageContaining("wireName")
                .withMessageContaining(name);
    }
}
