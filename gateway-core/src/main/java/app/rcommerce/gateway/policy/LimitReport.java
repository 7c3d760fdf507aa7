package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Taken;

/** One enforced meter after it was asked, for the informational fields of the answer. */
public record LimitReport(Meter meter, Taken.State state) {}
