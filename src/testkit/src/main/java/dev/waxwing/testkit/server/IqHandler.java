package dev.waxwing.testkit.server;

/** Answers iqs. */
@FunctionalInterface
public interface IqHandler {

    /**
     * Answers one iq by {@link IqExchange#reply} or {@link IqExchange#error}, or takes it for later by {@link
     * IqExchange#later()}. One that does none of it gets an empty result; one that throws {@link IqRefusal} gets that
     * error.
     *
     * @param iq the question
     */
    void handle(IqExchange iq);
}
