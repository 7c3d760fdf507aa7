package app.rcommerce.gateway.server.admin;

import app.rcommerce.gateway.http.Field;
import java.util.List;

/**
 * A request to the admin port that is refused, with the response to send. Carries no stack trace; its message is for
 * the caller and free of secrets.
 */
final class RequestRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient List<String> details;
    private final transient List<Field> fields;

    RequestRefused(int status, String code, String message) {
        this(status, code, message, List.of(), List.of());
    }

    RequestRefused(int status, String code, String message, List<String> details, List<Field> fields) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.details = List.copyOf(details);
        this.fields = List.copyOf(fields);
    }

    /** A refusal of a value that cannot be used; the message names the value and what was expected. */
    static RequestRefused badValue(String name, String value, String expected) {
        return new RequestRefused(400, "VALIDATION_ERROR", name + ": " + value + " (expected: " + expected + ")");
    }

    AdminResponse answer() {
        return AdminResponse.error(status, code, getMessage(), details).with(fields);
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? code : message;
    }
}
