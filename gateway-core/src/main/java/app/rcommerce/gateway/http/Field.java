package app.rcommerce.gateway.http;

/** One header field line of an answer: a token for the name, a value without control characters. */
public record Field(String name, String value) {}
