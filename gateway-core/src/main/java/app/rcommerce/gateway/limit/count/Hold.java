package app.rcommerce.gateway.limit.count;

/**
 * Permits that one node holds of one identifier, as it tells the store of them. They are counted in addition to the
 * window for as long as they are held, so the node may use them at any time and tell afterwards. Used permits are told
 * as a running sum, so that a question that is lost or repeated changes nothing. What is held at the end counts as used
 * then.
 *
 * @param id whose permits these are: no other node and no other set of meters has the same
 * @param sequence rises with each question: one that is overtaken changes nothing
 * @param used how many have been used since the hold began
 * @param acknowledged how many of these the store has answered for already: where it has lost the hold, it counts the
 *     rest
 * @param lifeMillis until when they are held, from the question's arrival on
 */
public record Hold(String id, long sequence, long used, long acknowledged, long lifeMillis) {

    /** The longest life of a hold, in milliseconds. */
    public static final long LONGEST_MILLIS = 150_000;

    /** What follows a question that told the same. */
    public Hold next() {
        return new Hold(id, sequence + 1, used, acknowledged, lifeMillis);
    }
}
