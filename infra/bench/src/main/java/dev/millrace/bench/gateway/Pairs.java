package dev.millrace.bench.gateway;

import dev.millrace.bench.report.Figure;
import dev.millrace.bench.report.Series;
import dev.millrace.bench.report.Table;
import java.util.List;

/** The same call both ways, one after the other, and what the one took longer than the other. For one thread. */
final class Pairs {
    private final Series direct = new Series();
    private final Series byGateway = new Series();
    private final Series added = new Series();

    void add(long directNanos, long byGatewayNanos) {
        direct.addNanos(directNanos);
        byGateway.addNanos(byGatewayNanos);
        added.addNanos(byGatewayNanos - directNanos);
    }

    /** @param yardstick the way past the gateway, in words */
    Table table(String title, String yardstick) {
        return new Table(
                title,
                yardstick,
                List.of(
                        Figure.of(yardstick, direct, direct),
                        Figure.of("by the gateway", byGateway, direct),
                        Figure.alone("added, pair by pair", "ms", added)));
    }
}
