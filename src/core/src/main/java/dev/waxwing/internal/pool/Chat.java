package dev.waxwing.internal.pool;

import org.jspecify.annotations.Nullable;

/** A chat that stays with its socket while that one lives. Lane only. */
final class Chat<M> {

    /** Which of two chats was first, when they turn out to be one. */
    final long number;

    private @Nullable Member<M> member;
    private int names;

    Chat(long number) {
        this.number = number;
    }

    /** The socket that has it; null if it has none yet, or that one has left the pool. */
    @Nullable
    Member<M> member() {
        Member<M> current = member;
        return current == null || current.hasLeft() ? null : current;
    }

    void moveTo(Member<M> next) {
        if (member != null) {
            member.chats--;
        }
        member = next;
        next.chats++;
    }

    void named() {
        names++;
    }

    /** A chat without a name does not count as one of its socket's any more. */
    void unnamed() {
        names--;
        if (names == 0 && member != null) {
            member.chats--;
        }
    }
}
