package dev.waxwing.internal.signal.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.proto.session.SessionRecordStructure;
import dev.waxwing.proto.session.SessionStructure;
import java.util.ArrayList;
import java.util.List;

/**
 * The sessions in a record that libsignal wrote: the current one and the archived ones behind it, which are tried in
 * this order.
 */
final class SessionRecords {

    /** How many sessions libsignal keeps besides the current one. */
    private static final int MAX_ARCHIVED = 40;

    private SessionRecords() {}

    static List<SessionStructure> sessionsOf(byte[] record) throws InvalidProtocolBufferException {
        SessionRecordStructure structure = SessionRecordStructure.parseFrom(record);
        List<SessionStructure> all = new ArrayList<>();
        all.add(structure.getCurrentSession());
        for (ByteString previous : structure.getPreviousSessionsList()) {
            all.add(SessionStructure.parseFrom(previous));
        }
        return all;
    }

    static byte[] inFront(List<SessionStructure> all, int index) {
        SessionRecordStructure.Builder record =
                SessionRecordStructure.newBuilder().setCurrentSession(all.get(index));
        for (int i = 0; i < all.size(); i++) {
            if (i != index) {
                record.addPreviousSessions(all.get(i).toByteString());
            }
        }
        return record.build().toByteArray();
    }

    /** Puts a session that was started apart in front of those there are. */
    static byte[] merge(byte[] started, byte[] record) {
        try {
            List<SessionStructure> all = sessionsOf(started);
            all.addAll(sessionsOf(record));
            return bounded(all);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("libsignal wrote a record that cannot be read", e);
        }
    }

    /**
     * Puts the sessions that were kept under another address of the same device behind those there are, since its
     * messages may belong to either. Sessions of another identity are worth nothing and are left out, and so is a
     * record that cannot be read.
     */
    static byte[] join(byte[] record, byte[] other) {
        try {
            List<SessionStructure> all = sessionsOf(record);
            ByteString identity = all.get(0).getRemoteIdentityPublic();
            for (SessionStructure session : sessionsOf(other)) {
                if (session.getRemoteIdentityPublic().equals(identity)
                        && all.stream()
                                .noneMatch(known -> known.getAliceBaseKey().equals(session.getAliceBaseKey()))) {
                    all.add(session);
                }
            }
            return bounded(all);
        } catch (InvalidProtocolBufferException e) {
            return record;
        }
    }

    private static byte[] bounded(List<SessionStructure> all) {
        return inFront(all.subList(0, Math.min(all.size(), MAX_ARCHIVED + 1)), 0);
    }
}
