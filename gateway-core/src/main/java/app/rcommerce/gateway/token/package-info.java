/** JSON Web Tokens: verification, token ids, revocation. */
@NullMarked
package app.rcommerce.gateway.token;

import org.jspecify.annotations.NullMarked;
