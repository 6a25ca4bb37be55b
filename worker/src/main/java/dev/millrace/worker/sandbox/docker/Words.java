package dev.millrace.worker.sandbox.docker;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import org.springframework.util.unit.DataSize;

/** Limits as people write them. */
final class Words {
    private Words() {}

    static String of(DataSize size) {
        long bytes = size.toBytes();
        String[] units = {"bytes", "KB", "MB", "GB"};
        int unit = 0;
        while (unit < units.length - 1 && bytes >= 1024 && bytes % 1024 == 0) {
            bytes /= 1024;
            unit++;
        }
        return bytes + " " + units[unit];
    }

    static String of(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    /** Such as {@code 1h30m} or {@code 2.5s}. */
    static String of(Duration duration) {
        return duration.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }
}
