package dev.waxwing.internal.pool;

import dev.waxwing.scaling.Rotation;
import java.util.Comparator;

/** Which of several sockets is next: the smallest. Ties are broken by turn, so that equals share evenly. */
final class TurnOrder {

    private TurnOrder() {}

    static <M> Comparator<Member<M>> of(Rotation rotation) {
        Comparator<Member<M>> byTurn = Comparator.comparingLong(member -> member.lastTurn);
        return switch (rotation) {
            case ROUND_ROBIN ->
                Comparator.<Member<M>>comparingLong(member -> member.share).thenComparing(byTurn);
            case LEAST_PENDING ->
                Comparator.<Member<M>>comparingInt(Member::pending).thenComparing(byTurn);
            case STICKY_PER_CHAT ->
                Comparator.<Member<M>>comparingInt(member -> member.chats).thenComparing(byTurn);
        };
    }
}
