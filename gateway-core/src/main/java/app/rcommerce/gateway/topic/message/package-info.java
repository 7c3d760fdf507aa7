/** What clients of topics say and are told, as JSON. */
@NullMarked
package app.rcommerce.gateway.topic.message;

import org.jspecify.annotations.NullMarked;
