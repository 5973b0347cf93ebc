import io

from rich.console import Console

from catalyst_bot.card_state import Change, ChangeKind
from catalyst_bot.delivery.page import PageChannel
from catalyst_bot.delivery.terminal import TerminalChannel
from catalyst_bot.ops.metrics import Metrics
from tests.alerts import PENDING, alert_of, analysed, shown
from tests.clocks import NOON
from tests.news import headline


def channel_on(console: Console) -> TerminalChannel:
    return TerminalChannel(
        name="terminal",
        console=console,
        disclaimer="not investment advice",
        metrics=Metrics(),
    )


async def test_a_pipe_gets_one_line_for_the_post_and_one_for_the_edit() -> None:
    screen = io.StringIO()
    channel = channel_on(Console(file=screen, width=80))
    (ref,) = await channel.post([shown(analysis=PENDING)])
    await channel.edit(ref, [shown(analysis=analysed())])
    posted, edited = screen.getvalue().splitlines()
    assert posted.startswith("posted | ACME ▲ Acme Corp reports record profit | ")
    assert "AI analysis: ⏳ Pending — mistral, due 15:15:15" in posted
    assert edited.startswith("edited | ACME ▲ ")
    assert "AI analysis: Bullish, high — Record profit beats the plan." in edited
    assert edited.endswith(f"id:{alert_of().id}")
    assert (ref.channel, ref.message_id) == ("terminal", alert_of().id)


async def test_a_terminal_gets_a_panel_with_the_link() -> None:
    screen = io.StringIO()
    channel = channel_on(Console(file=screen, width=100, force_terminal=True))
    await channel.post([shown(analysis=PENDING)])
    assert "https://news.example.com/acme-record" in screen.getvalue()
    assert "╭" in screen.getvalue()


async def test_hostile_text_is_shown_as_it_is_and_never_as_markup() -> None:
    screen = io.StringIO()
    channel = channel_on(Console(file=screen, width=80))
    item = headline("[red]Acme[/red] *wins* <@1> \x1b[31m @here")
    changes = (Change(kind=ChangeKind.CORRECTED, was="old_title", at=NOON),)
    await channel.post([shown(item, changes=changes)])
    (line,) = screen.getvalue().splitlines()
    assert "[red]Acme[/red] *wins* <@1>" in line
    assert "\x1b" not in line
    assert "Corrected: old_title • 12:00:00" in line


async def test_a_terminal_without_unicode_still_gets_its_cards() -> None:
    raw = io.BytesIO()
    screen = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    await channel_on(Console(file=screen, width=80)).post([shown()])
    assert raw.getvalue().startswith(b"posted | ACME ? Acme Corp")


async def test_a_terminal_has_always_room() -> None:
    channel = channel_on(Console(file=io.StringIO()))
    assert (await channel.room()).posts == await channel.edit_room() == 20


async def test_the_page_takes_every_card_and_knows_no_limits() -> None:
    page = PageChannel(name="default")
    (ref,) = await page.post([shown()])
    assert (ref.channel, ref.channel_id) == ("default", "page")
    assert ref.message_id == alert_of().id
    assert await page.edit(ref, [shown()])
    assert (await page.room()).posts == await page.edit_room() == 20
