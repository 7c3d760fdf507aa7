/** Signatures of webhooks: whether one holds that has come, and one for what is delivered. */
@NullMarked
package app.rcommerce.gateway.webhook;

import org.jspecify.annotations.NullMarked;
