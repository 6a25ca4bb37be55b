package dev.millrace.worker.model.upstream;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * All the models that this worker has a way to.
 *
 * @param prices by the providers' names for models
 */
public record Upstreams(List<Upstream> all, Map<String, Price> prices) {
    /** What agents call their model if nobody told them which it is. No provider knows a model of this name. */
    public static final String DEFAULT = "millrace";

    public Upstreams {
        all = List.copyOf(all);
        prices = Map.copyOf(prices);
    }

    /**
     * Where a request goes.
     *
     * @param model the provider's name
     * @param price {@link Price#UNKNOWN} if nobody told it
     */
    public record Route(Upstream upstream, String model, Price price) {
        public boolean isPriced() {
            return !price.equals(Price.UNKNOWN);
        }
    }

    /**
     * Finds the way for a model by the name that an agent uses. A name that is listed goes where it is listed; any other
     * becomes the model that the task names, or else the one that stands for all.
     *
     * @param wished the model that the task names; empty for none
     */
    public Optional<Route> route(Protocol protocol, String asked, String wished) {
        return listed(protocol, asked)
                .or(() -> wished.isEmpty()
                        ? Optional.empty()
                        : listed(protocol, wished).or(() -> open(protocol, wished)))
                .or(() -> other(protocol, asked));
    }

    /** The names that agents can use with certainty, in order. */
    public List<String> names() {
        var names = new TreeSet<String>();
        for (Upstream upstream : all) {
            upstream.models().forEach((name, target) -> names.add(name.equals(Upstream.ANY) ? target : name));
        }
        names.remove(Upstream.ANY);
        return List.copyOf(names);
    }

    private Optional<Route> listed(Protocol protocol, String model) {
        return all.stream()
                .filter(upstream -> upstream.protocols().contains(protocol))
                .flatMap(upstream ->
                        Optional.ofNullable(upstream.listed(model)).map(name -> route(upstream, name)).stream())
                .findFirst();
    }

    private Optional<Route> other(Protocol protocol, String model) {
        return all.stream()
                .filter(upstream -> upstream.protocols().contains(protocol))
                .flatMap(upstream ->
                        Optional.ofNullable(upstream.other(model)).map(name -> route(upstream, name)).stream())
                .findFirst();
    }

    /** A name as it is, at the endpoint that takes every name. */
    private Optional<Route> open(Protocol protocol, String model) {
        return all.stream()
                .filter(upstream -> upstream.protocols().contains(protocol))
                .filter(upstream -> upstream.models().containsKey(Upstream.ANY))
                .findFirst()
                .map(upstream -> route(upstream, model));
    }

    private Route route(Upstream upstream, String model) {
        return new Route(upstream, model, prices.getOrDefault(model, Price.UNKNOWN));
    }
}
