package dev.millrace.schemas.topic;

/**
 * One topic with the one type of its values.
 *
 * @param <V> generated Avro class; {@code byte[]} where values are carried as they came, {@code String} for JSON
 */
public record Topic<V>(String name, Class<V> type, Layout layout) {
    @Override
    public String toString() {
        return name;
    }
}
