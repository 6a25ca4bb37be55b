package dev.millrace.worker.model.gateway;

import java.time.Duration;

/**
 * Bounds of every call.
 *
 * @param maxBody bytes of a request, and of an answer that is not streamed
 * @param connections at the same time from one sandbox
 * @param answer the longest until an answer that is not streamed is there
 * @param silence the longest that nothing comes of one that is streamed
 * @param stream the longest until one that is streamed has ended
 * @param retries of what passes by itself, perhaps; an endpoint that is busy is waited for until the attempt's deadline
 */
public record GatewayLimits(
        int maxBody, int connections, Duration answer, Duration silence, Duration stream, int retries) {}
