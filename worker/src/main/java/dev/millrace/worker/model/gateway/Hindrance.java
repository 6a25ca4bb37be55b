package dev.millrace.worker.model.gateway;

import java.time.Duration;

/** Why an attempt gets no answers from models any more. */
public sealed interface Hindrance {

    /** Its budget is used up: it will get no more. */
    record OverBudget(String why) implements Hindrance {}

    /** Its time is over. */
    record OutOfTime() implements Hindrance {}

    /** The endpoint wants nothing from anybody, for longer than the attempt has. */
    record BackPressure(Duration tryAfter) implements Hindrance {}

    /** Something for the operator: the key, the address, an endpoint that keeps failing. Holds no keys or prompts. */
    record Unavailable(String why) implements Hindrance {}

    /** Somebody stopped all models. */
    record Stopped(String why) implements Hindrance {}
}
