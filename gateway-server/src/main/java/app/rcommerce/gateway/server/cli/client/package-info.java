/** What the commands share that ask a running gateway: its address, the questions, and how answers are shown. */
@NullMarked
package app.rcommerce.gateway.server.cli.client;

import org.jspecify.annotations.NullMarked;
