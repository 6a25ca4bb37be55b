package dev.millrace.scripted;

import java.util.Map;

/** A way for a model server to go wrong. */
public sealed interface Failure {

    /** An answer with this status; the message comes in the error shape of the protocol. */
    record Status(int status, Map<String, String> headers, String message) implements Failure {
        public Status {
            headers = Map.copyOf(headers);
        }
    }

    /** An answer as it is, whatever was asked. */
    record Raw(int status, Map<String, String> headers, String body) implements Failure {
        public Raw {
            headers = Map.copyOf(headers);
        }
    }

    /** An error with status 200: a JSON body, or the first event of a stream. */
    record ErrorInside(String message) implements Failure {}

    /** What goes wrong with an answer that would otherwise be given. */
    enum Midway implements Failure {
        /** Nothing comes at all, while the connection stays. */
        STALL,
        /** The answer begins, and nothing more comes. */
        STALL_MIDWAY,
        /** A stream that goes on and on; without streaming as {@link #STALL}. */
        ENDLESS,
        /** All is said, and the connection stays open. */
        LINGER,
        /** An error event in the middle of a stream; without streaming as {@link #CUT}. */
        ERROR_MIDWAY,
        /** The connection ends without a word. */
        CUT,
        /** The connection ends in the middle of the answer. */
        CUT_MIDWAY
    }
}
