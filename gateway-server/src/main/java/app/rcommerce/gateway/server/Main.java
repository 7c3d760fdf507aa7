package app.rcommerce.gateway.server;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the gateway. */
@Command(name = "gateway", mixinStandardHelpOptions = true, subcommands = {RunCommand.class, DemoCommand.class})
public final class Main {

    private Main() {}

    /** Runs a command and exits with its code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
