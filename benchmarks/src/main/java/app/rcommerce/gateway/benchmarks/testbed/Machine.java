package app.rcommerce.gateway.benchmarks.testbed;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Locale;

/** The description of the machine, for reports. */
public final class Machine {

    private Machine() {}

    /** One line, ended by a line feed. */
    public static String text() throws IOException {
        return String.format(
                Locale.ROOT,
                "%s, %s %s, %d processors, load average %.1f; Java %s; %s.%n",
                LocalDate.now(java.time.ZoneOffset.UTC),
                System.getProperty("os.name"),
                System.getProperty("os.version").replaceAll("[-+].*", ""),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Runtime.version(),
                redis());
    }

    private static String redis() throws IOException {
        Process process = new ProcessBuilder("redis-server", "--version").start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return text.replaceAll("(?s)^Redis server v=(\\S+).*$", "Redis $1");
    }
}
