package dev.millrace.bench.report;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A count of things to do; none would leave nothing to tell. */
public final class AtLeastOne implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
        try {
            int count = Integer.parseInt(value);
            if (count >= 1) {
                return count;
            }
        } catch (NumberFormatException _) {
            // Refused below, like a count that is too small.
        }
        throw new TypeConversionException("must be a whole number, 1 or more, not '" + value + "'");
    }
}
