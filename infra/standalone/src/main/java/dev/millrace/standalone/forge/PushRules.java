package dev.millrace.standalone.forge;

import dev.millrace.standalone.forge.Ledger.Account;
import dev.millrace.standalone.forge.Ledger.Repo;
import java.util.Collection;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceivePack;

/** Who may push what, refused as Gitea's hooks refuse it, and what follows from a push. */
final class PushRules {
    private static final String DECLINED = "pre-receive hook declined";

    private final Parts parts;
    private final Notices notices;
    private final PullActs pulls;

    PushRules(Parts parts, Notices notices, PullActs pulls) {
        this.parts = parts;
        this.notices = notices;
        this.pulls = pulls;
    }

    /** One refused reference refuses the whole push. */
    void before(Repo asked, Account account, ReceivePack pack, Collection<ReceiveCommand> commands) {
        var repo = parts.ledger().repo(asked.repoId()).orElse(asked);
        for (var command : commands) {
            var refusal = refusal(repo, account, command.getRefName());
            if (refusal.isPresent()) {
                pack.sendMessage(refusal.get());
                for (var each : commands) {
                    each.setResult(ReceiveCommand.Result.REJECTED_OTHER_REASON, DECLINED);
                }
                return;
            }
        }
    }

    private Optional<String> refusal(Repo repo, Account account, String ref) {
        if (!repo.of(account).includes(Access.WRITE)) {
            return Optional.of("Gitea: User permission denied for writing.");
        }
        if (ref.startsWith("refs/pull/")) {
            return Optional.of("Gitea: The deletion of %s is skipped as it's an internal reference.".formatted(ref));
        }
        if (isGuarded(repo, ref)) {
            String branch = ref.substring(Constants.R_HEADS.length());
            return Optional.of("Gitea: Not allowed to push to protected branch " + branch);
        }
        return Optional.empty();
    }

    private boolean isGuarded(Repo repo, String ref) {
        return (repo.guarded() && ref.equals(Constants.R_HEADS + repo.defaultBranch()))
                || parts.ledger().guards().stream()
                        .anyMatch(g -> g.repo() == repo.id() && ref.equals(Constants.R_HEADS + g.branch()));
    }

    void after(Repo repo, Repository git, Account account, Collection<ReceiveCommand> commands) {
        for (var command : commands) {
            if (command.getResult() == ReceiveCommand.Result.OK) {
                notices.push(repo, git, command.getRefName(), command.getOldId(), command.getNewId(), account);
                pulls.pushed(repo, git, command.getRefName(), command.getNewId(), account);
            }
        }
    }
}
