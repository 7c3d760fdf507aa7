package app.rcommerce.gateway.store;

/** The slot that one request in flight takes. Safe for any thread. */
public interface Slot {

    /** Gives the slot up; only the first call has an effect. Never throws. */
    void leave();
}
