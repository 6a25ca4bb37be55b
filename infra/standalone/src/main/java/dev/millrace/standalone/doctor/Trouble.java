package dev.millrace.standalone.doctor;

/** Something on the way to what a check looks at is wrong. */
final class Trouble extends RuntimeException {
    private final String remedy;

    Trouble(String saw, String remedy) {
        super(saw, null, false, false);
        this.remedy = remedy;
    }

    String saw() {
        return String.valueOf(getMessage());
    }

    String remedy() {
        return remedy;
    }
}
