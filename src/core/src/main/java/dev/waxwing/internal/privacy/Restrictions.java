package dev.waxwing.internal.privacy;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.json.Json;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.model.Jid;
import dev.waxwing.privacy.NewChatMessageCap;
import dev.waxwing.privacy.PrivacyEvents;
import dev.waxwing.privacy.ReachoutTimelock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the service restricts the account in: asked for by queries with a document, whose ids are those of peer Baileys
 * (protocol notes 08, section 3.1), and told by notices.
 */
final class Restrictions {

    private static final Logger LOG = LoggerFactory.getLogger(Restrictions.class);

    private static final String TIMELOCK_QUERY = "23983697327930364";
    private static final String CAPPING_QUERY = "24503548349331633";
    private static final int BAD_REQUEST = 400;
    private static final long LAST_SECOND = 253_402_300_799L;

    /** For how long a restriction counts of which the service does not say when it ends; as the service's own client. */
    private static final Duration UNTOLD = Duration.ofSeconds(60);

    private final AreaContext context;

    Restrictions(AreaContext context) {
        this.context = context;
    }

    CompletableFuture<ReachoutTimelock> timelock() {
        return query(TIMELOCK_QUERY, "{\"variables\":{}}").thenApply(data -> {
            ReachoutTimelock lock = timelock(required(data, "xwa2_fetch_account_reachout_timelock"));
            context.events().publish(PrivacyEvents.REACHOUT_TIMELOCK_UPDATE, lock);
            return lock;
        });
    }

    CompletableFuture<NewChatMessageCap> cap() {
        return query(CAPPING_QUERY, "{\"variables\":{\"input\":{\"type\":\"INDIVIDUAL_NEW_CHAT_MSG\"}}}")
                .thenApply(data -> cap(required(data, "xwa2_message_capping_info")));
    }

    private CompletableFuture<Map<String, Object>> query(String id, String variables) {
        return context.stream()
                .request(Node.builder("iq")
                        .attr("to", Jid.SERVER)
                        .attr("type", "get")
                        .attr("xmlns", "w:mex")
                        .child(Node.builder("query")
                                .attr("query_id", id)
                                .text(variables)
                                .build())
                        .build())
                .thenApply(answer -> data(answer.requireChild("result")));
    }

    private static Map<String, Object> data(Node result) {
        Map<String, Object> answer =
                Json.object(Optional.ofNullable(result.text()).orElse(""));
        Optional<Map<String, Object>> error = Json.child(answer, "errors");
        if (error.isPresent()) {
            int code = Json.child(error.get(), "extensions")
                    .flatMap(extensions -> Json.plain(extensions, "error_code"))
                    .map(Restrictions::code)
                    .orElse(BAD_REQUEST);
            throw new ServerRefusedException(
                    "iq w:mex/get", code, Json.plain(error.get(), "message").orElse(""), null);
        }
        return required(answer, "data");
    }

    private static int code(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return BAD_REQUEST;
        }
    }

    private static Map<String, Object> required(Map<String, Object> parent, String name) {
        return Json.child(parent, name)
                .orElseThrow(() -> new ProtocolViolationException("the answer to a query lacks " + name));
    }

    /** A notice of type {@code mex}, of which other areas know other operations. */
    CompletionStage<Acknowledgement> told(Node notice) {
        for (Node update : notice.children("update")) {
            String operation = Optional.ofNullable(update.attr("op_name")).orElse("");
            switch (operation) {
                case "NotificationUserReachoutTimelockUpdate" -> {
                    ReachoutTimelock lock = timelock(required(data(update), "xwa2_notify_account_reachout_timelock"));
                    context.events().publish(PrivacyEvents.REACHOUT_TIMELOCK_UPDATE, endsSomeTime(lock));
                }
                case "MessageCappingInfoNotification" ->
                    context.events()
                            .publish(
                                    PrivacyEvents.MESSAGE_CAPPING_UPDATE,
                                    cap(required(data(update), "xwa2_notify_new_chat_messages_capping_info_update")));
                default -> LOG.debug("nobody handles the notice {}", operation);
            }
        }
        return CompletableFuture.completedFuture(Acknowledgement.ACK);
    }

    private ReachoutTimelock endsSomeTime(ReachoutTimelock lock) {
        return lock.active() && lock.enforcementEnds().isEmpty()
                ? new ReachoutTimelock(
                        true, Optional.of(context.clock().instant().plus(UNTOLD)), lock.enforcementType())
                : lock;
    }

    private static ReachoutTimelock timelock(Map<String, Object> told) {
        boolean active = Json.plain(told, "is_active").filter("true"::equals).isPresent();
        return new ReachoutTimelock(
                active,
                active ? moment(told, "time_enforcement_ends") : Optional.empty(),
                active ? Json.plain(told, "enforcement_type").orElse("DEFAULT") : "DEFAULT");
    }

    private static NewChatMessageCap cap(Map<String, Object> told) {
        return new NewChatMessageCap(
                number(told, "total_quota"),
                number(told, "used_quota"),
                moment(told, "cycle_start_timestamp"),
                moment(told, "cycle_end_timestamp"),
                Json.plain(told, "capping_status").orElse("NONE"));
    }

    private static Optional<Instant> moment(Map<String, Object> told, String name) {
        OptionalLong seconds = number(told, name);
        return seconds.isPresent() && seconds.getAsLong() > 0 && seconds.getAsLong() <= LAST_SECOND
                ? Optional.of(Instant.ofEpochSecond(seconds.getAsLong()))
                : Optional.empty();
    }

    private static OptionalLong number(Map<String, Object> told, String name) {
        try {
            return Json.plain(told, name)
                    .map(Long::parseLong)
                    .map(OptionalLong::of)
                    .orElse(OptionalLong.empty());
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
