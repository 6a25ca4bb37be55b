package dev.millrace.standalone.cli;

import picocli.CommandLine.Command;

/** What is done to a Gitea once, before Millrace works for it. */
@Command(
        name = "gitea",
        description = "Sets up a Gitea for Millrace.",
        mixinStandardHelpOptions = true,
        subcommands = ConnectCommand.class)
public final class GiteaCommand {}
