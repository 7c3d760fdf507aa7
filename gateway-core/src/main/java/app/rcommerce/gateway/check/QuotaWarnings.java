package app.rcommerce.gateway.check;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.Written;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.Rate;
import java.util.Comparator;
import java.util.List;

/** Warnings about rates of a limit that another one of its rates makes meaningless. */
final class QuotaWarnings {

    private final GatewayConfig config;
    private final Places places;
    private final List<ConfigWarning> warnings;

    QuotaWarnings(GatewayConfig config, Places places, List<ConfigWarning> warnings) {
        this.config = config;
        this.places = places;
        this.warnings = warnings;
    }

    void add() {
        config.limits().values().forEach(this::add);
    }

    private void add(Limit limit) {
        List<Rate> rates = limit.rates();
        for (int i = 0; i < rates.size(); i++) {
            Rate rate = rates.get(i);
            rates.stream()
                    .filter(longer -> longer.window().compareTo(rate.window()) > 0 && longer.quota() <= rate.quota())
                    .min(Comparator.comparing(Rate::window))
                    .ifPresent(longer -> warn(limit, rates.indexOf(longer), longer, rate));
        }
    }

    private void warn(Limit limit, int index, Rate longer, Rate shorter) {
        warnings.add(new ConfigWarning(
                places.of("limits", limit.name(), "rates", index),
                Written.path("limits", limit.name()) + ".rates[" + index + "]",
                Written.quoted(longer.text()) + " grants no more than " + Written.quoted(shorter.text())
                        + ", which therefore never refuses"));
    }
}
