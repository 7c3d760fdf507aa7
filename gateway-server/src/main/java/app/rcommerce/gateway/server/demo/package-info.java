/** The sample shop and the configuration of {@code gateway demo}. */
@NullMarked
package app.rcommerce.gateway.server.demo;

import org.jspecify.annotations.NullMarked;
