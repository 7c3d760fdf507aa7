package app.rcommerce.gateway.server;

import app.rcommerce.gateway.server.cli.GatewayCommand;
import java.util.List;

/**
 * Runs the program's commands. It is a class apart from {@link Main} so that {@code gateway run} starts without loading
 * the command-line library.
 */
final class Commands {

    private Commands() {}

    /** Runs the command that the arguments name; returns its exit code. */
    static int execute(String[] args) {
        return GatewayCommand.line(List.of(new RunCommand(), new DemoCommand(), new TrainCommand()))
                .execute(args);
    }
}
