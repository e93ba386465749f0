package dev.waxwing.testkit.server;

import dev.waxwing.testkit.http.HttpHandler;
import dev.waxwing.testkit.http.UploadHandler;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.util.function.Consumer;

/** Where an area says what it handles. A second registration for the same thing is a mistake and refused. */
public interface Registrations {

    /**
     * Takes the iqs of a namespace and type whose first child has a tag.
     *
     * @param xmlns the namespace
     * @param type {@code get} or {@code set}
     * @param child the tag of the first child
     * @param handler answers them
     */
    void iq(String xmlns, String type, String child, IqHandler handler);

    /**
     * Takes the iqs of a namespace and type that no handler took by their child, those without a child included.
     *
     * @param xmlns the namespace
     * @param type {@code get} or {@code set}
     * @param handler answers them
     */
    void iq(String xmlns, String type, IqHandler handler);

    /**
     * Takes the stanzas of a tag: {@code message}, {@code receipt}, {@code ack}, {@code presence}, {@code chatstate},
     * {@code call}, {@code ib}, {@code notification}.
     *
     * @param tag the tag
     * @param handler takes them; they come from connections that are logged in
     */
    void stanza(String tag, ClientStanzaHandler handler);

    /**
     * Takes the stanzas of a tag whose first child has a tag, before those who take them by their own tag alone.
     *
     * @param tag the tag, for example {@code ib}
     * @param child the tag of the first child, for example {@code offline_batch}
     * @param handler takes them; they come from connections that are logged in
     */
    void stanza(String tag, String child, ClientStanzaHandler handler);

    /**
     * Takes the HTTP requests below a path, on both ports; the longest path wins.
     *
     * @param pathPrefix begins with a slash
     * @param handler answers them
     */
    void http(String pathPrefix, HttpHandler handler);

    /**
     * Takes the bodies of HTTP requests below a path as they come, of any length; the longest path wins. What the
     * handler does not take goes to the one of {@link #http}.
     *
     * @param pathPrefix begins with a slash
     * @param handler decides by the head of a request
     */
    void upload(String pathPrefix, UploadHandler handler);

    /**
     * Brings the way in which stanzas reach devices, in place of "now, if it is active". One area may.
     *
     * @param delivery what the world does to deliver a stanza
     */
    void delivery(Delivery delivery);

    /**
     * Hears of every new account.
     *
     * @param hook called when the account has its phone
     */
    void onAccount(Consumer<Account> hook);

    /**
     * Hears of every companion that was linked.
     *
     * @param hook called after the device's signature was verified, before it is told to restart
     */
    void onPaired(Consumer<Device> hook);

    /**
     * Hears of every companion that was removed, by itself or by the phone.
     *
     * @param hook called when the device is no longer in its account
     */
    void onRemoved(Consumer<Device> hook);

    /**
     * Hears of every phone that was installed anew.
     *
     * @param hook called when the account has its new keys and no companions
     */
    void onReinstalled(Consumer<Account> hook);

    /**
     * Hears of logins.
     *
     * @param hook called right after {@code success} was written
     */
    void onLogin(Consumer<Device> hook);

    /**
     * Hears of devices that take live traffic from now on: where the offline queue is flushed.
     *
     * @param hook called after the answer to {@code <active/>}, or after login if that was not passive
     */
    void onActive(Consumer<Device> hook);

    /**
     * Hears of devices whose connection ended.
     *
     * @param hook called at once; the device is offline already, but may be removed as well
     */
    void onOffline(Consumer<Device> hook);
}
