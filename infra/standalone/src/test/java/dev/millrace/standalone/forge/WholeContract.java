package dev.millrace.standalone.forge;

import org.junit.jupiter.api.Nested;

/** Everything that Millrace relies on of a Gitea, held against one forge. */
abstract class WholeContract {
    abstract ForgeFixture forge();

    @Nested
    class TheClient extends GiteaContract {
        @Override
        ForgeFixture forge() {
            return WholeContract.this.forge();
        }
    }

    @Nested
    class OnTheWire extends WireContract {
        @Override
        ForgeFixture forge() {
            return WholeContract.this.forge();
        }
    }

    @Nested
    class ByWebhook extends HookContract {
        @Override
        ForgeFixture forge() {
            return WholeContract.this.forge();
        }
    }

    @Nested
    class WithGit extends PushContract {
        @Override
        ForgeFixture forge() {
            return WholeContract.this.forge();
        }
    }
}
