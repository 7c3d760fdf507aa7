/** Near copies: a store's answers, kept on the node that has asked. */
@NullMarked
package app.rcommerce.gateway.store.near;

import org.jspecify.annotations.NullMarked;
