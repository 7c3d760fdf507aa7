/** The arithmetic of counting: windows and buckets in memory, and the requests and answers about them. */
@NullMarked
package app.rcommerce.gateway.limit.count;

import org.jspecify.annotations.NullMarked;
