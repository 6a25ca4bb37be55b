package dev.millrace.ingest.trigger;

import dev.millrace.ingest.trigger.Command.Options;
import dev.millrace.ingest.trigger.Wish.Cause;
import dev.millrace.schemas.text.HiddenText;

/** What a wish asks for, in whatever way it was brought forward. */
final class Understanding {
    private Understanding() {}

    static Command of(Wish wish, String bot) {
        return switch (wish.cause()) {
            case Cause.Label _, Cause.Assignment _, Cause.ReviewRequest _ -> new Command.Work(Options.NONE, false, "");
            case Cause.Opening _ -> opening(read(wish.issue().body(), bot));
            case Cause.Comment _, Cause.Review _ -> read(wish.said(), bot);
        };
    }

    /** There is nothing yet to cancel or to tell of; and the text is told in any case, as the issue's. */
    private static Command opening(Command command) {
        return switch (command) {
            case Command.Work work -> new Command.Work(work.options(), work.plan(), "");
            case Command.Unknown unknown -> unknown;
            case Command.Approve _, Command.Cancel _, Command.Retry _, Command.Status _, Command.Help _ ->
                new Command.Work(Options.NONE, false, "");
        };
    }

    private static Command read(String text, String bot) {
        return CommandReader.read(new Mention(bot).split(HiddenText.removedFrom(text)));
    }
}
