package dev.waxwing.internal.transport.page;

import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.concurrent.Executor;

/** Readers that may read from this machine, which no reader of the library may. */
public final class LoopbackPages {

    private LoopbackPages() {}

    public static PageReader reader(EventLoop loop, Executor lookups) {
        return PageReader.allowing(loop, lookups, InetAddress::isLoopbackAddress);
    }
}
