package dev.millrace.ingest.trigger;

import dev.millrace.gitea.GiteaHistory;
import dev.millrace.gitea.GiteaHistory.Entry;
import dev.millrace.gitea.GiteaHistory.Review;
import dev.millrace.ingest.trigger.Wish.Cause;
import dev.millrace.schemas.avro.Remark;
import dev.millrace.schemas.avro.RemarkKind;
import dev.millrace.schemas.text.HiddenText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.util.unit.DataSize;

/** What was said before a wish, where it was made: cleaned as everything that agents are told, and the newest of it. */
final class Conversation {
    private static final int MOST_REVIEWS = 5;
    private static final int MOST_REMARKS = 50;
    private static final int MOST_CHARACTERS = 64 << 10;
    private static final DataSize LONGEST = DataSize.ofKilobytes(8);
    /** What the bot answers to commands is no part of the work. */
    private static final String ANSWER = "<!-- millrace:answer=";

    private Conversation() {}

    /** Oldest first; what does not hang on each other is asked at the same time. */
    static List<Remark> before(Wish wish, Triggers.Forge forge, Questions questions) {
        var issue = wish.issue();
        var said = questions.ask(() -> forge.said(issue.repo(), issue.number()));
        var reviews = issue.pull() ? reviews(wish, forge, questions) : List.<Remark>of();
        var comments = said.answer().stream()
                .filter(entry -> isBefore(wish, entry) && !entry.body().contains(ANSWER))
                .map(entry -> remark(RemarkKind.COMMENT, entry.actor(), entry.created(), entry.body()));
        return newest(Stream.concat(comments, reviews.stream())
                .filter(remark -> !remark.getText().isEmpty())
                .sorted(Comparator.comparing(Remark::getAt))
                .toList());
    }

    private static List<Remark> reviews(Wish wish, Triggers.Forge forge, Questions questions) {
        var pull = wish.issue();
        var earlier = forge.reviews(pull.repo(), pull.number()).stream()
                .filter(review -> isBefore(wish, review))
                .toList();
        var last = earlier.subList(Math.max(0, earlier.size() - MOST_REVIEWS), earlier.size());
        var remarks = last.stream()
                .map(review -> questions.ask(() -> forge.remarks(pull.repo(), pull.number(), review.id())))
                .toList();
        return Stream.concat(
                        last.stream()
                                .map(review ->
                                        remark(RemarkKind.REVIEW, review.author(), review.submitted(), review.body())),
                        remarks.stream()
                                .flatMap(asked -> asked.answer().stream())
                                .map(Conversation::code))
                .toList();
    }

    private static boolean isBefore(Wish wish, Entry entry) {
        return !(wish.cause() instanceof Cause.Comment(long id)) || entry.id() < id;
    }

    /** Of a review that a delivery told of, the id is not known yet; its text is. */
    private static boolean isBefore(Wish wish, Review review) {
        return !(wish.cause() instanceof Cause.Review cause)
                || cause.id().map(id -> review.id() < id).orElseGet(() -> !Inquiry.isMeant(review, wish));
    }

    private static Remark code(GiteaHistory.Remark said) {
        return Remark.newBuilder(remark(RemarkKind.CODE, said.author(), said.created(), said.body()))
                .setPath(said.path())
                .setLine(said.line())
                .setCode(Instruction.cut(HiddenText.removedFrom(said.code()), LONGEST))
                .build();
    }

    private static Remark remark(RemarkKind kind, String author, Instant at, String text) {
        return Remark.newBuilder()
                .setKind(kind)
                .setAuthor(author)
                .setAt(at)
                .setText(Instruction.cut(HiddenText.removedFrom(text), LONGEST))
                .build();
    }

    private static List<Remark> newest(List<Remark> all) {
        List<Remark> kept = new ArrayList<>();
        int characters = 0;
        for (Remark remark : all.reversed()) {
            characters += remark.getText().length() + remark.getCode().length();
            if (kept.size() == MOST_REMARKS || characters > MOST_CHARACTERS) {
                break;
            }
            kept.add(remark);
        }
        return kept.reversed();
    }
}
