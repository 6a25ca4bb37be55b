package dev.millrace.worker.attempt;

import dev.millrace.schemas.avro.RemarkKind;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.worker.agent.Assignment;
import dev.millrace.worker.agent.Background;
import dev.millrace.worker.agent.Remark;
import dev.millrace.worker.workspace.RepositorySettings;
import java.util.List;

/** What an agent is told of a task. */
final class Briefing {
    private Briefing() {}

    static Assignment of(TaskRequest task, RepositorySettings settings, Choice choice, List<String> script) {
        var background = new Background(
                task.getRequestedBy(),
                task.getConversation().stream().map(Briefing::remark).toList(),
                settings.rules().stream()
                        .map(rules -> new Background.Rules(rules.file(), rules.text()))
                        .toList(),
                settings.verify(),
                "");
        return new Assignment(
                task.getTitle(),
                task.getInstruction(),
                task.getRepo(),
                task.getScript().isEmpty() ? script : task.getScript(),
                choice.model(),
                choice.limits(),
                background);
    }

    private static Remark remark(dev.millrace.schemas.avro.Remark said) {
        return new Remark(
                kind(said.getKind()), said.getAuthor(), said.getText(), said.getPath(), said.getLine(), said.getCode());
    }

    private static Remark.Kind kind(RemarkKind kind) {
        return switch (kind) {
            case DESCRIPTION -> Remark.Kind.DESCRIPTION;
            case REVIEW -> Remark.Kind.REVIEW;
            case CODE -> Remark.Kind.CODE;
            case COMMENT, UNKNOWN -> Remark.Kind.COMMENT;
        };
    }
}
