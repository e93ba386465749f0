/**
 * Waxwing: a client for the multi-device WhatsApp Web protocol.
 */
// The "module" lint knows nothing of dev.waxwing.testkit, which is a second jar: the main jar must not name what it
// lacks.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic", "module"})
module dev.waxwing {
    requires static transitive org.jspecify;
    requires transitive com.google.protobuf;
    requires com.github.benmanes.caffeine;
    requires java.desktop;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.handler.proxy;
    requires transitive io.netty.transport;
    requires static libsignal.client;
    requires org.bouncycastle.provider;
    requires org.slf4j;

    // Optional at run time: the SQLite and the PostgreSQL store, the QR code in the terminal.
    requires static transitive java.sql;
    requires static com.zaxxer.hikari;
    requires static com.google.zxing;

    exports dev.waxwing.error;
    exports dev.waxwing;
    exports dev.waxwing.chat;
    exports dev.waxwing.community;
    exports dev.waxwing.contact;
    exports dev.waxwing.event;
    exports dev.waxwing.group;
    exports dev.waxwing.identity;
    exports dev.waxwing.link;
    exports dev.waxwing.media;
    exports dev.waxwing.model;
    exports dev.waxwing.model.content;
    exports dev.waxwing.presence;
    exports dev.waxwing.privacy;
    exports dev.waxwing.scaling;
    exports dev.waxwing.status;
    exports dev.waxwing.store;

    // The generated messages that values of the model show.
    exports dev.waxwing.proto.common;
    exports dev.waxwing.proto.e2e;
    exports dev.waxwing.proto.web;
    exports dev.waxwing.proto.adv;
    exports dev.waxwing.proto.chatlocksettings;
    exports dev.waxwing.proto.companionreg;
    exports dev.waxwing.proto.historysync;
    exports dev.waxwing.proto.mmsretry;
    exports dev.waxwing.proto.serversync;
    exports dev.waxwing.proto.syncaction;
    exports dev.waxwing.proto.userpassword;

    // The test kit is a jar of its own, so a module of its own: it needs by name what it uses of the inside.
    exports dev.waxwing.internal.account to
            dev.waxwing.testkit;
    exports dev.waxwing.internal.binary to
            dev.waxwing.testkit;
    exports dev.waxwing.internal.crypto to
            dev.waxwing.testkit;
    exports dev.waxwing.internal.noise to
            dev.waxwing.testkit;
    exports dev.waxwing.internal.signal to
            dev.waxwing.testkit;
    exports dev.waxwing.internal.signal.engine to
            dev.waxwing.testkit;
    exports dev.waxwing.internal.sync.syncd to
            dev.waxwing.testkit;
    exports dev.waxwing.proto.cert to
            dev.waxwing.testkit;
    exports dev.waxwing.proto.signal to
            dev.waxwing.testkit;
    exports dev.waxwing.proto.wa6 to
            dev.waxwing.testkit;
}
