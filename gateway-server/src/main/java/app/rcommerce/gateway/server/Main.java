package app.rcommerce.gateway.server;

import app.rcommerce.gateway.server.cli.GatewayCommand;
import java.util.List;

/** Where the program begins. */
public final class Main {

    private Main() {}

    /** Runs a command and exits with its code. */
    public static void main(String[] args) {
        System.exit(GatewayCommand.line(List.of(new RunCommand(), new DemoCommand(), new TrainCommand())).execute(args));
    }
}
