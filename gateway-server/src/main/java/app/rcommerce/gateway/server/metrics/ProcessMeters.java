package app.rcommerce.gateway.server.metrics;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The metrics of the process under the names that Prometheus's own client libraries give them, so that dashboards for
 * any program fit. Where the system does not tell, a metric is left out, or NaN. Stateless.
 */
final class ProcessMeters {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long KB = 1024;

    private ProcessMeters() {}

    static void bind(MeterRegistry registry) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            FunctionCounter.builder("process.cpu", system, bean -> bean.getProcessCpuTime() / 1e9)
                    .description("Time that processors have spent on this process")
                    .baseUnit("seconds")
                    .register(registry);
        }
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            Gauge.builder("process.open.fds", system, UnixOperatingSystemMXBean::getOpenFileDescriptorCount)
                    .description("Open files and sockets of this process")
                    .register(registry);
            Gauge.builder("process.max.fds", system, UnixOperatingSystemMXBean::getMaxFileDescriptorCount)
                    .description("Files and sockets that this process may open")
                    .register(registry);
        }
        if (Files.isReadable(STATUS)) {
            Gauge.builder("process.resident.memory", STATUS, file -> bytes(file, "VmRSS:"))
                    .description("Memory of this process that is in RAM")
                    .baseUnit("bytes")
                    .register(registry);
            Gauge.builder("process.virtual.memory", STATUS, file -> bytes(file, "VmSize:"))
                    .description("Address space that this process has reserved")
                    .baseUnit("bytes")
                    .register(registry);
        }
        Gauge.builder("system.cpus", Runtime.getRuntime(), Runtime::availableProcessors)
                .description("Processors that this process may use")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
    }

    /** The bytes in the line {@code VmRSS: 1234 kB} of the file, by its name; NaN where there is none. */
    private static double bytes(Path file, String name) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(name)) {
                    String[] words = line.substring(name.length()).strip().split(" ", 2);
                    return (double) Long.parseLong(words[0]) * KB;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // The system does not tell.
        }
        return Double.NaN;
    }
}
