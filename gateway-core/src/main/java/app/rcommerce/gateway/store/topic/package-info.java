/** The store of topics, and what it tells those who listen. */
@NullMarked
package app.rcommerce.gateway.store.topic;

import org.jspecify.annotations.NullMarked;
