package dev.millrace.standalone.doctor;

/** What a check found. */
public sealed interface Finding {
    /** What it saw, for a person. */
    String saw();

    /** All is as it should be. */
    record Fine(String saw) implements Finding {}

    /** Millrace works, though not as most would want it to. */
    record Doubtful(String saw, String remedy) implements Finding {}

    /** Millrace cannot work like this. */
    record Wrong(String saw, String remedy) implements Finding {}

    /** It was not looked at. */
    record Skipped(String saw) implements Finding {}

    /** The word for it, for people and machines. */
    default String word() {
        return switch (this) {
            case Fine _ -> "fine";
            case Doubtful _ -> "doubtful";
            case Wrong _ -> "wrong";
            case Skipped _ -> "skipped";
        };
    }

    /** What to do about it; empty where there is nothing to do. */
    default String advice() {
        return switch (this) {
            case Doubtful doubtful -> doubtful.remedy();
            case Wrong wrong -> wrong.remedy();
            case Fine _, Skipped _ -> "";
        };
    }
}
