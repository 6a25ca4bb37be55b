package dev.millrace.worker.sandbox.docker;

/**
 * An image with the tether in it.
 *
 * @param name as the operator, or the task, calls the image that it is made of
 * @param base id of that image
 * @param id its own
 */
record TetheredImage(String name, String base, String id) {}
