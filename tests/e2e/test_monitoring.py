"""What Grafana shows and Prometheus watches exists when the demo's day is over."""

import json
import re
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from prometheus_client.parser import text_string_to_metric_families

from catalyst_bot.ops.metrics import Metrics
from tests.shows import showing

DEPLOY = Path(__file__).parents[2] / "deploy"
_NAME = re.compile(r"catalyst_[a-z0-9_]+")


def queries() -> list[str]:
    """Return all queries of the dashboard and of the alert rules."""
    board: dict[str, Any] = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
    rules = yaml.safe_load((DEPLOY / "alert-rules.yml").read_text())
    shown = [t["expr"] for p in board["panels"] for t in p.get("targets", ())]
    watched = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    assert len(watched) > 10
    return shown + watched


def families_in(query: str) -> set[str]:
    return {
        re.sub(r"_(total|bucket|sum|count)$", "", name) for name in _NAME.findall(query)
    }


async def test_every_metric_that_is_shown_or_watched_exists_after_the_demo_day() -> (
    None
):
    async with showing("day") as show:
        await show.play()
        async with aiohttp.ClientSession(show.page) as session:
            # Nobody but a person searches.
            async with session.post("/api/search", json={"query": "merger"}) as reply:
                assert reply.status == 200
            async with session.get("/metrics") as response:
                text = await response.text()
    families = {f.name: f for f in text_string_to_metric_families(text)}
    wanted = set[str]().union(*map(families_in, queries()))
    assert wanted <= families.keys()
    assert [name for name in wanted if not families[name].samples] == []


def test_every_metric_of_the_daemon_is_on_the_dashboard() -> None:
    shown = set[str]().union(*map(families_in, queries()))
    assert shown == {row.name.removesuffix("_total") for row in Metrics().rows}


def test_each_rule_says_how_urgent_it_is_and_what_has_happened() -> None:
    rules = yaml.safe_load((DEPLOY / "alert-rules.yml").read_text())
    for rule in rules["groups"][0]["rules"]:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"].endswith((".", "?"))
        assert rule["alert"].startswith("Catalyst")
        assert rule["expr"].count("(") == rule["expr"].count(")")
