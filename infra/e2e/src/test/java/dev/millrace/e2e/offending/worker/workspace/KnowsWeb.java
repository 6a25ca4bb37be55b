package dev.millrace.e2e.offending.worker.workspace;

import org.springframework.web.bind.annotation.RestController;

@RestController
class KnowsWeb {}
