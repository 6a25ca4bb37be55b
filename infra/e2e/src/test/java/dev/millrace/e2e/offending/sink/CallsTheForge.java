package dev.millrace.e2e.offending.sink;

import java.net.http.HttpClient;

record CallsTheForge(HttpClient http) {}
