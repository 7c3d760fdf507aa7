package app.rcommerce.gateway.config.table;

import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.config.AccessConfig;
import app.rcommerce.gateway.config.AuthConfig.OnUnknown;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Section;
import java.util.Map;

/** Reads {@code [access]}. */
final class AccessReader {

    private static final Form<Subject> SUBJECT = Form.of(
            "\"ip:\" with an address or a range, \"key:\" with an API key's id, \"user:\" with a subject, or \"cert:\" with what a certificate says, such as"
                    + " \"ip:203.0.113.0/24\"",
            Subject::parse);

    private AccessReader() {}

    /** Reads the table, and the ban that each table of {@code limits} may have. */
    static AccessConfig read(Section access, Map<String, Section> limits) {
        return new AccessConfig(
                access.texts("block", SUBJECT),
                access.texts("allow", SUBJECT),
                access.choice("on_store_failure", OnUnknown.ALLOW),
                BansReader.read(access, limits));
    }
}
