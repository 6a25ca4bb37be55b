package dev.millrace.worker.sandbox;

/** No sandbox can be made of the image that was asked for, here or elsewhere; the message says what to do. */
public final class ImageRefused extends RuntimeException {
    public ImageRefused(String message) {
        super(message);
    }
}
