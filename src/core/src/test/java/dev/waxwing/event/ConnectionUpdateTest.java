package dev.waxwing.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.event.ConnectionUpdate.PendingNotifications;
import dev.waxwing.event.ConnectionUpdate.State;
import dev.waxwing.model.Jid;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConnectionUpdateTest {

    @Test
    void givenUpdateWithEveryPart_whenBuiltAnew_thenEqual() {
        ConnectionUpdate full = ConnectionUpdate.builder(State.RECONNECTING)
                .qr("2@secret")
                .reason(new ConnectionLostException("gone"))
                .reconnectIn(Duration.ofSeconds(1))
                .newLogin(true)
                .pendingNotifications(new PendingNotifications(1, 1, 0, 0, 0, 0))
                .receivedPendingNotifications(true)
                .build();

        assertThat(full.toBuilder().build()).isEqualTo(full).hasSameHashCodeAs(full);
        assertThat(full).isNotEqualTo(ConnectionUpdate.of(State.RECONNECTING));
        assertThat(full.toString()).contains("RECONNECTING", "qr", "gone").doesNotContain("secret");
    }

    @Test
    void givenCredentials_whenBuiltAnew_thenEqual() {
        CredsUpdate full = CredsUpdate.builder()
                .me(Jid.parse("4915550001:3@s.whatsapp.net"))
                .lid(Jid.parse("184467440737095:3@lid"))
                .pushName("Alice")
                .build();

        assertThat(full.toBuilder().build()).isEqualTo(full).hasSameHashCodeAs(full);
        assertThat(full).isNotEqualTo(CredsUpdate.builder().build());
    }
}
