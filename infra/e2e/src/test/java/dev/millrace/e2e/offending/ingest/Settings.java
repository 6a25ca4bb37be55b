package dev.millrace.e2e.offending.ingest;

import org.springframework.boot.context.properties.ConfigurationProperties;

@ConfigurationProperties("offending")
public class Settings {}
