package app.rcommerce.gateway.server.memory;

/** What a client does not do, while others want the memory that it keeps. */
public enum Silence {
    /** It takes nothing of what is sent to it. */
    TAKES_NOTHING,
    /** It takes nothing of a large answer of our own. */
    HOLDS_ANSWER,
    /** It sends neither a request nor the rest of one, and nobody works on another. */
    SENDS_NOTHING
}
