package app.rcommerce.gateway.store;

/** The place of one request in flight. Safe for any thread. */
public interface Slot {

    /** Gives the place up; only the first call counts. Never throws. */
    void leave();
}
