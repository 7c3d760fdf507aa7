package app.rcommerce.gateway.tls;

/** What of a client's certificate tells who it is. */
public enum ClientIdentity {
    /** The distinguished name of its subject (RFC 2253). */
    SUBJECT,
    /** The first of its alternative names that is a URI, a DNS name, or a mail address, in this order. */
    SAN
}
