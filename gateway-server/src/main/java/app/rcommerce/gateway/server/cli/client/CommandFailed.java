package app.rcommerce.gateway.server.cli.client;

/** A command could not do what it was told; the message says why, in a sentence for the terminal. No stack trace. */
public final class CommandFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With the reason, free of secrets. */
    public CommandFailed(String message) {
        super(message, null, false, false);
    }
}
