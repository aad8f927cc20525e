"""Whether supervision acts by itself: a line turns red, its handler is told, a letter is drafted and sealed."""

from tests.journeys.test_spine import CLERK, a_project, ago, file_case
from tests.stack import Stack, until


def test_a_red_line_is_told_to_its_handler_and_becomes_a_sealed_letter(stack: Stack) -> None:
    with (
        stack.client() as partner,
        stack.client("handler", CLERK["name"], CLERK["department"]) as handler,
        stack.client("supervisor", "王五", "政务服务局") as supervisor,
    ):
        case = file_case(partner, a_project(partner), received_at=ago(days=60))

        def told() -> bool:
            items = handler.get("/v1/notices").json()["items"]
            return any(one["kind"] == "red" and one["about"] == case for one in items)

        until("the notice of the red light", told)
        drafts = until(
            "the drafted letter",
            lambda: supervisor.get("/v1/letter-drafts", params={"about": case, "state": "waiting"}).json()["items"],
        )
        words = {"title": "关于办理逾期的通知", "text": "请抓紧办理并书面回复。"}
        sealed = supervisor.post(f"/v1/letter-drafts/{drafts[0]['draft_no']}/seal", json=words)
        assert sealed.is_success, sealed.text
        letter = handler.get(f"/v1/instructions/{sealed.json()['instruction_no']}/letter.docx")
        assert letter.content[:2] == b"PK"
        until("the notice of the draft", lambda: supervisor.get("/v1/notices").json()["unread"])
