package app.rcommerce.gateway.server.memory;

/** What a client does not do for a second, while others want the memory that it keeps. */
public enum Silence {
    /** It takes nothing of what is sent to it, which lies outside of the heap. */
    TAKES_NOTHING("memory outside of the heap is scarce: {} clients that took nothing for a second are closed"),
    /** It has sent a part of something, which lies outside of the heap, and not the rest of it. */
    HALF_SENT("memory outside of the heap is scarce: {} clients that did not go on for a second are closed"),
    /** It takes nothing of a large answer of our own. */
    HOLDS_ANSWER("large answers find no room: {} clients that took nothing of theirs for a second are closed"),
    /** It sends neither a request nor the rest of one, and nobody works on another. */
    SENDS_NOTHING("clients have taken nearly all of their memory: {} that sent nothing for a second are closed");

    private final String text;

    Silence(String text) {
        this.text = text;
    }

    /** What is logged of so many clients that were closed. */
    public String text() {
        return text;
    }
}
