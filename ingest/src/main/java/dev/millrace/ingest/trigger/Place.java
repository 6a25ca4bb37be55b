package dev.millrace.ingest.trigger;

import dev.millrace.schemas.id.RepoId;
import java.util.Optional;

/**
 * Where somebody spoke to the bot, and where it is heard.
 *
 * @param comment id of the comment; empty where the issue or pull request itself spoke
 */
public record Place(RepoId repo, long number, Optional<Long> comment) {}
