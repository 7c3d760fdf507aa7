/** Which of several servers is asked, and whether one is asked at all. */
@NullMarked
package app.rcommerce.gateway.balance;

import org.jspecify.annotations.NullMarked;
