package app.rcommerce.gateway.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A file that was asked for while the configuration was read, and what was found there. Files are compared by real path
 * and content, not by modification times, so that every change is noticed: one made within a clock's tick or during the
 * reading, a link that is pointed elsewhere, and a file that appears. As long as every file of a reading
 * {@link #isCurrent}, reading again has the same result. Immutable.
 *
 * @param path as the configuration names it
 * @param found the real path and the SHA-256 of the content, or why there is none
 */
public record SourceFile(Path path, String found) {

    /** The largest file that is read, in bytes. */
    static final long MAX_FILE = 1 << 20;

    /** Whether the same would be found now. Reads the file, so the thread must be one that may wait for a disk. */
    public boolean isCurrent() {
        return equals(Reading.of(path).source());
    }

    /** This file where another reading has found the same; otherwise a file that is never current. */
    public SourceFile and(SourceFile again) {
        return equals(again) ? this : new SourceFile(path, "changed while it was being read");
    }

    /**
     * The result of one reading of a file.
     *
     * @param source what was found
     * @param text the content without a byte order mark, which some editors begin a file with; null where there is none
     * @param expected what should have been there where the text is null; empty otherwise
     */
    public record Reading(SourceFile source, @Nullable String text, String expected) {

        /** Reads the file once, so that text and digest are of the same bytes; never throws. */
        public static Reading of(Path path) {
            if (!Files.isRegularFile(path)) {
                boolean exists = Files.exists(path);
                return failed(
                        path, exists ? "no regular file" : "nothing", exists ? "a regular file" : "a file that exists");
            }
            byte[] bytes;
            String real;
            try (InputStream in = Files.newInputStream(path)) {
                real = path.toRealPath().toString();
                bytes = in.readNBytes((int) MAX_FILE + 1);
            } catch (IOException e) {
                return failed(path, "nothing that can be read", "a file that can be read");
            }
            if (bytes.length > MAX_FILE) {
                return failed(path, "too much", "a file of at most " + Sizes.format(MAX_FILE));
            }
            SourceFile source = new SourceFile(path, real + " " + digest(bytes));
            try {
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
                return new Reading(source, text.startsWith("\uFEFF") ? text.substring(1) : text, "");
            } catch (CharacterCodingException e) {
                return new Reading(source, null, "a text in UTF-8");
            }
        }

        private static Reading failed(Path path, String found, String expected) {
            return new Reading(new SourceFile(path, found), null, expected);
        }

        private static String digest(byte[] bytes) {
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JVM has SHA-256", e);
            }
        }
    }
}
