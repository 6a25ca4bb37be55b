package dev.millrace.worker.sandbox.tether;

/** The other end said what the protocol does not allow. It costs that end its tether, and nobody else anything. */
final class Violation extends Exception {
    Violation(String what) {
        super(what, null, false, false); // where it was noticed is of no interest
    }
}
