package dev.millrace.e2e;

import dev.millrace.gitea.Gitea;
import dev.millrace.gitea.GiteaClient;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.ObjectId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A repository in the forge as people see it. */
final class ForgeView implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final URI forge;
    private final RepoId repo;
    private final GiteaClient gitea;

    ForgeView(URI forge, RepoId repo, String token) {
        this.forge = forge;
        this.repo = repo;
        this.gitea = GiteaClient.connect(forge, token, LIMIT);
    }

    /** The comments about the task, whoever wrote them. */
    List<String> commentsOn(long issue, TaskId task) {
        return gitea.comments(repo, issue).stream()
                .map(Gitea.Comment::body)
                .filter(body -> body.contains("millrace:task=" + task))
                .toList();
    }

    /** Branch names with the commits that they point to. */
    Map<String, String> branches() throws GitAPIException {
        Map<String, String> branches = new TreeMap<>();
        Git.lsRemoteRepository()
                .setRemote(gitea.gitUrl(repo).toString())
                .setHeads(true)
                .setTimeout((int) LIMIT.toSeconds())
                .call()
                .forEach(ref -> branches.put(
                        ref.getName().substring("refs/heads/".length()), ObjectId.toString(ref.getObjectId())));
        return branches;
    }

    /** Pull requests of the task, open or not. */
    List<Long> pullsOf(TaskId task) throws IOException, InterruptedException {
        return pulls(task).map(pull -> pull.path("number").asLong()).toList();
    }

    /** Title and text of each of them. */
    List<String> pullTextsOf(TaskId task) throws IOException, InterruptedException {
        return pulls(task)
                .map(pull ->
                        pull.path("title").asString() + "\n" + pull.path("body").asString())
                .toList();
    }

    private Stream<JsonNode> pulls(TaskId task) throws IOException, InterruptedException {
        JsonNode all = json.readTree(get("/api/v1/repos/%s/pulls?state=all&limit=50".formatted(repo)));
        return all.valueStream().filter(pull -> pull.path("body").asString().contains("millrace:task=" + task));
    }

    String diffOf(long pull) throws IOException, InterruptedException {
        return get("/%s/pulls/%d.diff".formatted(repo, pull));
    }

    /** Each status of the commit as {@code context: state}. */
    List<String> statusesOf(String commit) throws IOException, InterruptedException {
        return json.readTree(get("/api/v1/repos/%s/statuses/%s".formatted(repo, commit)))
                .valueStream()
                .map(status -> "%s: %s"
                        .formatted(
                                status.path("context").asString(),
                                status.path("status").asString()))
                .toList();
    }

    @Override
    public void close() {
        gitea.close();
        http.close();
    }

    private String get(String path) throws IOException, InterruptedException {
        var answer = http.send(
                HttpRequest.newBuilder(forge.resolve(path)).timeout(LIMIT).build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("%s answered %d: %s".formatted(path, answer.statusCode(), answer.body()));
        }
        return answer.body();
    }
}
