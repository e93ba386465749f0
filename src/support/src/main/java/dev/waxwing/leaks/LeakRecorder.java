package dev.waxwing.leaks;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Keeps what Netty's leak detector reports, which otherwise only goes to the log. The detector notices a leak when the
 * buffer has been collected, and reports it when the next buffer is made; {@link #collect} brings both about.
 */
final class LeakRecorder extends ResourceLeakDetectorFactory {

    private static final long GC_TIMEOUT_MILLIS = 30_000;

    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();
    private static final List<Detector<?>> DETECTORS = new CopyOnWriteArrayList<>();
    private static volatile boolean tracked;

    private LeakRecorder() {}

    /** Takes effect for resources whose classes are not initialised yet. */
    static void install() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        setResourceLeakDetectorFactory(new LeakRecorder());
    }

    @Override
    @SuppressWarnings("deprecation")
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
            Class<T> resource, int samplingInterval, long maxActive) {
        return newResourceLeakDetector(resource, samplingInterval);
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
        Detector<T> detector = new Detector<>(resource, samplingInterval);
        DETECTORS.add(detector);
        return detector;
    }

    /**
     * Has garbage collected and gathers what that showed.
     *
     * @return the leaks since the last call
     */
    static List<String> collect() {
        if (tracked) {
            tracked = false;
            // References found by one collection are queued one by one; that the second one's is here proves that all
            // of the first are.
            awaitCollection();
            awaitCollection();
            DETECTORS.forEach(Detector::report);
        }
        List<String> leaks = new ArrayList<>();
        for (String leak = LEAKS.poll(); leak != null; leak = LEAKS.poll()) {
            leaks.add(leak);
        }
        return leaks;
    }

    private static void awaitCollection() {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        WeakReference<Object> marker = new WeakReference<>(new Object(), queue);
        System.gc();
        try {
            if (queue.remove(GC_TIMEOUT_MILLIS) == null) {
                throw new IllegalStateException("the JVM collects no garbage on request");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Reference.reachabilityFence(marker);
    }

    private static final class Detector<T> extends ResourceLeakDetector<T> {

        Detector(Class<T> resource, int samplingInterval) {
            super(resource, samplingInterval);
        }

        @Override
        public ResourceLeakTracker<T> track(T resource) {
            tracked = true;
            return super.track(resource);
        }

        /** Tracking anything reports what was found lost before. */
        @SuppressWarnings("unchecked")
        void report() {
            T nothing = (T) new Object();
            ResourceLeakTracker<T> tracker = super.track(nothing);
            if (tracker != null) {
                tracker.close(nothing);
            }
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            LEAKS.add(resourceType + ": " + records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            LEAKS.add(resourceType);
        }
    }
}
