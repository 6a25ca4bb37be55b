package dev.millrace.ingest.webhook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is read of a delivery's JSON; URLs are not, on purpose. */
@JsonIgnoreProperties(ignoreUnknown = true)
record Payload(
        @Nullable String action,
        @Nullable Long number,
        @Nullable Issue issue,
        @JsonProperty("pull_request") @Nullable Issue pull,
        @Nullable Comment comment,
        @Nullable Review review,
        @JsonProperty("requested_reviewer") @Nullable User reviewer,
        @Nullable Repository repository,
        @Nullable User sender,
        @JsonProperty("is_pull") @Nullable Boolean isPull) {

    /** An issue or, with what they have in common, a pull request. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Issue(
            @Nullable Long number,
            @Nullable String title,
            @Nullable String body,
            @Nullable List<@Nullable Label> labels,
            @Nullable List<@Nullable User> assignees,
            @JsonProperty("pull_request") @Nullable PullRequest pullRequest) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Label(@Nullable String name) {}

    /** Its presence tells a pull request from an issue. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record PullRequest() {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Comment(
            @Nullable Long id,
            @Nullable User user,
            @Nullable String body) {}

    /** Its text as a whole; neither its id nor its comments on lines are told. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Review(@Nullable String content) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Repository(@JsonProperty("full_name") @Nullable String fullName) {}

    /** Older Gitea wrote only one of the two. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record User(@Nullable String login, @Nullable String username) {
        @Nullable
        String name() {
            return login == null || login.isEmpty() ? username : login;
        }
    }
}
