"""Works on a task with OpenHands' SDK, which has no command of its own.

usage: run.py PROMPT-FILE MODEL BASE-URL STEPS

Every event is one line of JSON on standard output; the last line says how it ended.
"""

import json
import sys

out = sys.stdout
sys.stdout = sys.stderr  # whatever else is printed is no event

from openhands.sdk import LLM, Agent, Conversation, Tool  # noqa: E402
from openhands.tools.file_editor import FileEditorTool  # noqa: E402
from openhands.tools.task_tracker import TaskTrackerTool  # noqa: E402
from openhands.tools.terminal import TerminalTool  # noqa: E402


def tell(record):
    print(json.dumps(record, default=str), file=out, flush=True)


def main(prompt_file, model, base_url, steps):
    with open(prompt_file, encoding="utf-8") as file:
        prompt = file.read()
    llm = LLM(
        model=f"openai/{model}",
        base_url=base_url,
        api_key="none",
        native_tool_calling=True,
        api_mode="chat",
        usage_id="agent",
    )
    tools = [Tool(name=tool.name) for tool in (TerminalTool, FileEditorTool, TaskTrackerTool)]
    conversation = Conversation(
        agent=Agent(llm=llm, tools=tools),
        workspace="/workspace",
        callbacks=[lambda event: tell(event.model_dump(mode="json"))],
        max_iteration_per_run=int(steps),
        visualizer=None,
    )
    conversation.send_message(prompt)
    try:
        conversation.run()
        tell({"end": conversation.state.execution_status.value})
    except Exception as failed:
        tell({"end": "error", "why": f"{type(failed).__name__}: {failed}"})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
