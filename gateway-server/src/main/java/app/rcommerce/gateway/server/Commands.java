package app.rcommerce.gateway.server;

import app.rcommerce.gateway.server.cli.GatewayCommand;
import java.util.List;

/** All commands. A class of its own, so that {@link Main} needs nothing of them to be loaded. */
final class Commands {

    private Commands() {}

    /** Runs the command that these words call; its exit code. */
    static int execute(String[] args) {
        return GatewayCommand.line(List.of(new RunCommand(), new DemoCommand(), new TrainCommand()))
                .execute(args);
    }
}
