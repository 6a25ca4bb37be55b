package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkerApplicationTest {

    @Test
    void theProcessLivesThoughNoThreadOfItsOwnKeepsItAlive() {
        assertThat(WorkerApplication.application().isKeepAlive()).isTrue();
    }
}
