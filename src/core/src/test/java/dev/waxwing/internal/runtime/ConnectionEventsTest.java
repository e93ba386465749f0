package dev.waxwing.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.ConnectionUpdate.State;
import dev.waxwing.event.Events;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.threads.SystemTimer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionEventsTest {

    private final EventDispatcher events = new EventDispatcher(Runnable::run, new SystemTimer());
    private final ConnectionEvents connection = new ConnectionEvents(events);
    private final List<ConnectionUpdate> heard = new ArrayList<>();

    @BeforeEach
    void listen() {
        events.on(Events.CONNECTION_UPDATE, heard::add);
    }

    @Test
    void givenLoginUnderWay_whenTheServerSaysThatAllHasCome_thenTheSocketIsNotSaidToBeOpen() {
        connection.connecting();
        connection.caughtUp();
        assertThat(connection.state()).isEqualTo(State.CONNECTING);

        connection.open();

        assertThat(heard)
                .containsExactly(
                        ConnectionUpdate.of(State.CONNECTING),
                        ConnectionUpdate.builder(State.CONNECTING)
                                .receivedPendingNotifications(true)
                                .build(),
                        ConnectionUpdate.of(State.OPEN));
    }

    @Test
    void givenDeviceJustLinked_whenOpenTwice_thenOnlyTheFirstIsANewLogin() {
        connection.linked();

        connection.open();
        connection.open();

        assertThat(heard).extracting(ConnectionUpdate::newLogin).containsExactly(true, false);
    }
}
