package dev.waxwing.testkit.area;

import dev.waxwing.testkit.server.ServerArea;
import java.util.List;

/** The areas that every loopback server has. */
public final class Areas {

    private Areas() {}

    /**
     * A fresh set for one server: areas keep state.
     *
     * @return the areas, in no order that matters
     */
    public static List<ServerArea> all() {
        return List.of(new PreKeyArea(), new AccountArea());
    }
}
