package app.rcommerce.gateway.server.cli.client;

/** The failure of a command; the message gives the reason in a sentence for the terminal. Carries no stack trace. */
public final class CommandFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** A failure with its reason, which must be free of secrets. */
    public CommandFailed(String message) {
        super(message, null, false, false);
    }
}
