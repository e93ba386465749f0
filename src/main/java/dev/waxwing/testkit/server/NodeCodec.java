package dev.waxwing.testkit.server;

import io.netty.channel.ChannelDuplexHandler;

/** Place of the node codec in the pipeline. */
final class NodeCodec extends ChannelDuplexHandler {}
