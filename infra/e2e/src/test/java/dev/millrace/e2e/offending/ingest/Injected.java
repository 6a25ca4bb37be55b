package dev.millrace.e2e.offending.ingest;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

@SuppressWarnings("unused")
class Injected {
    static String everybodys = "";

    @Autowired
    private @Nullable Settings autowired;

    @Value("${offending}")
    private @Nullable String value;
}
