package app.rcommerce.gateway.policy;

/** Leaves out a policy that has decided already where {@link Recognize} has found the caller. */
record UnlessRecognized(Policy policy) implements Policy {

    @Override
    public Verdict decide(Call call) {
        return call.isRecognized() ? Verdict.PASS : policy.decide(call);
    }
}
