package app.rcommerce.gateway.server.gateway;

import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.limit.Ban;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.access.Bans;
import app.rcommerce.gateway.store.node.NodeChannel;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces a ban in the log, in the metrics, and on the channel that the nodes share. The message is {@code ban
 * ip:203.0.113.9 600 probing}: who, for how many seconds, and the ban's name. Safe for any thread.
 */
record BanAnnouncer(NodeChannel nodeChannel, Telemetry telemetry) implements Bans.BanListener {

    /** The topic of the messages. */
    static final String BAN = "ban";

    private static final Logger LOG = LoggerFactory.getLogger(BanAnnouncer.class);

    @Override
    public void banned(Ban ban, Subject subject, Duration life) {
        LOG.info("ban {}: {} for {} s", ban.name(), subject, life.toSeconds());
        telemetry.decided("ban:" + ban.name(), "banned");
        nodeChannel
                .publish(BAN, subject + " " + life.toSeconds() + " " + ban.name())
                .exceptionally(failure -> null);
    }
}
