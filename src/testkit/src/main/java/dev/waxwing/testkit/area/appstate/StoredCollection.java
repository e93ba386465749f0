package dev.waxwing.testkit.area.appstate;

import dev.waxwing.proto.serversync.SyncdPatch;
import dev.waxwing.proto.serversync.SyncdVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** One collection of one account: all patches since its beginning. Belongs to the world's thread. */
final class StoredCollection {

    private final List<SyncdPatch> patches = new ArrayList<>();
    private UnaryOperator<SyncdPatch> fault = UnaryOperator.identity();
    private int faultyAnswers;

    long version() {
        return patches.size();
    }

    /** Takes a patch that goes on from the last, and gives it its version. */
    void add(SyncdPatch patch, int device) {
        patches.add(patch.toBuilder()
                .setVersion(SyncdVersion.newBuilder().setVersion(version() + 1))
                .setDeviceIndex(device)
                .build());
    }

    /** The next so many answers to companions that have patches have changed ones. */
    void spoil(int answers, UnaryOperator<SyncdPatch> change) {
        fault = change;
        faultyAnswers = answers;
    }

    /**
     * The patches behind a version, as many as go onto a page.
     *
     * @param honest whether they are as they came, whatever was ordered
     */
    List<SyncdPatch> behind(long version, int page, boolean honest) {
        List<SyncdPatch> found = version >= version()
                ? List.of()
                : patches.subList((int) version, (int) Math.min(version(), version + page));
        if (found.isEmpty() || faultyAnswers == 0 || honest) {
            return List.copyOf(found);
        }
        faultyAnswers--;
        return found.stream().map(fault).toList();
    }
}
