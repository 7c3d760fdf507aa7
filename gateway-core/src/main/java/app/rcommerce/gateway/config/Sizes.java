package app.rcommerce.gateway.config;

/**
 * The text form of sizes in the configuration: {@code 512B}, {@code 16KB}, {@code 50MB}, {@code 2GB}; a KB has 1024
 * bytes.
 */
public final class Sizes {

    public static final String EXPECTED = "bytes, or a text with B, KB, MB or GB, such as \"50MB\"";

    private Sizes() {}

    /** Reads a size in bytes; -1 where the text is not a size, or is one beyond 2^53. */
    public static long parse(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        if (digits == 0 || digits > 16) {
            return -1;
        }
        int shift = switch (text.substring(digits)) {
            case "B" -> 0;
            case "KB" -> 10;
            case "MB" -> 20;
            case "GB" -> 30;
            default -> -1;
        };
        long count = Long.parseLong(text.substring(0, digits));
        return shift < 0 || count > (1L << 53 >> shift) ? -1 : count << shift;
    }

    /** The shortest exact text of a size in bytes. */
    public static String format(long bytes) {
        String[] units = {"GB", "MB", "KB"};
        for (int i = 0; i < units.length; i++) {
            long unit = 1L << (30 - 10 * i);
            if (bytes > 0 && bytes % unit == 0) {
                return bytes / unit + units[i];
            }
        }
        return bytes + "B";
    }
}
