package app.rcommerce.gateway.server.about;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of the gateway. Stateless; safe for any thread. */
public final class Version {

    private Version() {}

    /** The version as the build wrote it, such as {@code 0.1.0}; {@code unknown} where the build wrote none. */
    public static String text() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version", "unknown");
    }
}
