/** The arithmetic of counting: windows and buckets in memory, and what is asked and answered about them. */
@NullMarked
package app.rcommerce.gateway.limit.count;

import org.jspecify.annotations.NullMarked;
