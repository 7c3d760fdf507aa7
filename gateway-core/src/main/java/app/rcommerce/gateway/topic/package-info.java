/** Topics: named streams of messages that clients subscribe to. What a place in one is, and how long one is kept. */
@NullMarked
package app.rcommerce.gateway.topic;

import org.jspecify.annotations.NullMarked;
