package dev.millrace.standalone.forge;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which events a webhook is sent, by the names that Gitea's API takes when one is created. */
final class HookTypes {
    private static final Set<String> ISSUES = Set.of("issue_assign", "issue_label", "issue_milestone", "issue_comment");
    private static final Set<String> PULLS = Set.of(
            "pull_request_assign",
            "pull_request_label",
            "pull_request_milestone",
            "pull_request_comment",
            "pull_request_review_approved",
            "pull_request_review_rejected",
            "pull_request_review_comment",
            "pull_request_sync",
            "pull_request_review_request");

    private static final Set<String> REVIEWS =
            Set.of("pull_request_review_approved", "pull_request_review_rejected", "pull_request_review_comment");

    private HookTypes() {}

    /** {@code issues} and {@code pull_request} stand for all of their kind; an empty list means pushes only. */
    static List<String> expand(List<String> events) {
        if (events.isEmpty()) {
            return List.of("push");
        }
        var types = new LinkedHashSet<String>();
        for (String event : events) {
            switch (event) {
                case "issues" -> {
                    types.add("issues");
                    types.addAll(ISSUES);
                }
                case "issues_only" -> types.add("issues");
                case "pull_request" -> {
                    types.add("pull_request");
                    types.addAll(PULLS);
                }
                case "pull_request_only" -> types.add("pull_request");
                case "pull_request_review" -> types.addAll(REVIEWS);
                default -> types.add(event);
            }
        }
        var sorted = new ArrayList<>(types);
        sorted.sort(null);
        return List.copyOf(sorted);
    }
}
