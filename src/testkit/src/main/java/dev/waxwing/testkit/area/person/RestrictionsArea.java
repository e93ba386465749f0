package dev.waxwing.testkit.area.person;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.area.mex.MexArea;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What accounts are restricted in: writing to strangers, by a push name {@code restricted:…} or by the test, and the
 * number of chats that they begin.
 */
public final class RestrictionsArea implements ServerArea {

    private static final String BY_NAME = "restricted:";
    private static final String TIMELOCK_QUERY = "23983697327930364";
    private static final String CAPPING_QUERY = "24503548349331633";
    private static final long CYCLE_SECONDS = 86_400;
    private static final int QUOTA = 1_000;

    private final Map<Account, Long> lockedUntil = new HashMap<>();
    private @Nullable World world;

    /**
     * Creates the area; nobody is restricted.
     *
     * @param mex takes the queries
     */
    public RestrictionsArea(MexArea mex) {
        mex.add(TIMELOCK_QUERY, (iq, variables) -> {
            ObjectNode data = object();
            data.set(
                    "xwa2_fetch_account_reachout_timelock", timelock(iq.device().account()));
            return data;
        });
        mex.add(CAPPING_QUERY, (iq, variables) -> {
            ObjectNode data = object();
            data.set("xwa2_message_capping_info", capping());
            return data;
        });
    }

    @Override
    public void register(Registrations on, World world) {
        this.world = world;
    }

    private World world() {
        return Objects.requireNonNull(world, "world");
    }

    /**
     * Keeps an account from writing to strangers, or not any more, and tells its devices. The world's thread.
     *
     * @param account whose
     * @param untilSeconds when it ends, since 1970; 0 to lift it
     */
    public void lock(Account account, long untilSeconds) {
        lockedUntil.put(account, untilSeconds);
        ObjectNode data = object();
        data.set("xwa2_notify_account_reachout_timelock", timelock(account));
        tell(account, "NotificationUserReachoutTimelockUpdate", data);
    }

    /**
     * Tells an account's devices how many chats they may begin. The world's thread.
     *
     * @param account whose
     */
    public void tellCapping(Account account) {
        ObjectNode data = object();
        data.set("xwa2_notify_new_chat_messages_capping_info_update", capping());
        tell(account, "MessageCappingInfoNotification", data);
    }

    /**
     * Tells whether an account is kept from writing to strangers now.
     *
     * @param account whose
     * @return true if so
     */
    public boolean isLocked(Account account) {
        return account.pushName().startsWith(BY_NAME)
                || lockedUntil.getOrDefault(account, 0L) > world().clock().seconds();
    }

    private void tell(Account account, String operation, ObjectNode data) {
        ObjectNode payload = object();
        payload.set("data", data);
        Node notification = Node.builder("notification")
                .attr("from", account.phoneNumber())
                .attr("type", "mex")
                .attr("id", world().nextId())
                .attr("t", world().clock().seconds())
                .child(Node.builder("update")
                        .attr("op_name", operation)
                        .bytes(payload.toString().getBytes(StandardCharsets.UTF_8))
                        .build())
                .build();
        account.companions().forEach(device -> world().deliver(device, notification));
    }

    private JsonNode timelock(Account account) {
        boolean locked = isLocked(account);
        ObjectNode timelock = object().put("is_active", locked);
        if (locked) {
            long now = world().clock().seconds();
            long chosen = lockedUntil.getOrDefault(account, 0L);
            long ends = chosen > now ? chosen : now + CYCLE_SECONDS;
            timelock.put("time_enforcement_ends", Long.toString(ends)).put("enforcement_type", "BIZ_QUALITY");
        }
        return timelock;
    }

    private JsonNode capping() {
        long now = world().clock().seconds();
        return object().put("total_quota", QUOTA)
                .put("used_quota", 0)
                .put("cycle_start_timestamp", Long.toString(now))
                .put("cycle_end_timestamp", Long.toString(now + CYCLE_SECONDS))
                .put("server_sent_timestamp", Long.toString(now))
                .put("capping_status", "NONE");
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
