package dev.millrace.sink.changeset;

/**
 * What a changeset is held to: always to all of it. They have names so that tests can leave single ones out, and see
 * that each is what stops something.
 */
enum Rule {
    /** It is what the accepted outcome claims. */
    CLAIM,
    /** The pack is whole, and takes no more than is allowed, packed and unpacked. */
    SIZES,
    /** Every object is well-formed, as strictly as git itself can be told to see it. */
    OBJECTS,
    /** Nothing but the given commit lies below its head. */
    ANCESTRY,
    /** What changes are regular files. */
    KINDS,
    /** What is new has a harmless name. */
    NAMES,
    /** Nothing that is protected changes. */
    PROTECTED,
    /** Not too much changes, nor too deep down. */
    COUNTS,
    /** Every file that it names is there. */
    PRESENCE,
    /** It brings no secret. */
    SECRETS
}
