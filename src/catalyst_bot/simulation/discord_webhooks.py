"""The webhooks of the simulated Discord, each in a channel of its own."""

from dataclasses import dataclass, field

from catalyst_bot.simulation.discord_board import MessageBoard
from catalyst_bot.simulation.discord_records import Answer, Payload, Recorded

GUILD = "1300000000000000001"
_FIRST_HOOK, _FIRST_CHANNEL = 1_100_000_000_000_000_001, 1_200_000_000_000_000_001


@dataclass(slots=True, kw_only=True)
class SimulatedWebhook:
    """One webhook; both knobs may change while it runs.

    gone: 404 for every request to it. is_forum: each message begins a thread.
    """

    id: str
    token: str
    channel_id: str
    gone: bool = False
    is_forum: bool = False

    def carry_out(
        self,
        kind: str,
        recorded: Recorded,
        board: MessageBoard,
        *,
        message_id: str,
        aged: float,
    ) -> Answer:
        """Do on the board what is asked for, there and in the threads."""
        channel = recorded.query.get("thread_id", self.channel_id)
        match kind:
            case "execute" if fault := self._fault_of(recorded):
                return fault
            case "execute":
                return board.create(
                    recorded,
                    author=self.id,
                    webhook=self.id,
                    channel="" if "thread_name" in recorded.payload else channel,
                )
            case "edit" if not board.stands_in(message_id, channel):
                return board.show("")  # without its thread it is not found
            case "edit":
                return board.edit(recorded, message_id=message_id, aged=aged)
            case "delete":
                return board.delete(message_id)
            case "message":
                return board.show(message_id)
            case _:
                return Answer(status=200, body=self._described())

    def _described(self) -> Payload:
        return {
            "id": self.id,
            "type": 1,
            "name": "catalyst",
            "channel_id": self.channel_id,
            "guild_id": GUILD,
            "token": self.token,
        }

    def _fault_of(self, recorded: Recorded) -> Answer | None:
        """Return why a message may not be posted so, or None."""
        begins, into = "thread_name" in recorded.payload, "thread_id" in recorded.query
        if self.is_forum and not (begins or into):
            text = "Webhooks posted to forum channels must have a thread"
            return Answer(status=400, body={"message": text, "code": 220001})
        if begins and not self.is_forum:
            text = "Webhooks can only create threads in forum channels"
            return Answer(status=400, body={"message": text, "code": 220003})
        return None

    @property
    def path(self) -> str:
        return f"/api/webhooks/{self.id}/{self.token}"


@dataclass(slots=True)
class Webhooks:
    """All webhooks by id; there is one from the start."""

    by_id: dict[str, SimulatedWebhook] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.add()

    @property
    def first(self) -> SimulatedWebhook:
        return next(iter(self.by_id.values()))

    def add(self, *, is_forum: bool = False) -> SimulatedWebhook:
        """Make one more, in a channel of its own."""
        number = len(self.by_id)
        made = SimulatedWebhook(
            id=str(_FIRST_HOOK + number),
            token=f"simulated-{number or 'x'}" + "x" * 57,
            channel_id=str(_FIRST_CHANNEL + number),
            is_forum=is_forum,
        )
        self.by_id[made.id] = made
        return made
