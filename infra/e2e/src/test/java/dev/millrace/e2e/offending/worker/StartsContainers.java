package dev.millrace.e2e.offending.worker;

import com.github.dockerjava.api.DockerClient;

record StartsContainers(DockerClient docker) {}
