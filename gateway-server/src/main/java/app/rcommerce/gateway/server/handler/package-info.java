/** Handlers that answer by themselves, and the one place where all kinds of handlers are named. */
@NullMarked
package app.rcommerce.gateway.server.handler;

import org.jspecify.annotations.NullMarked;
