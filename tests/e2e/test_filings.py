"""A filing by its number alone, as a person types it."""

import json
from datetime import UTC, datetime
from pathlib import Path

from catalyst_bot.simulation.edgar_search import FakeEdgar
from catalyst_bot.simulation.feed_shapes import Filing
from catalyst_bot.simulation.feeds import FakeFeeds
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.papers import publish_filing
from tests.e2e.desk import Desk
from tests.e2e.typed import typed


async def test_a_filing_is_read_by_its_number_whoever_handed_it_in(
    tmp_path: Path,
) -> None:
    filing = Filing(
        form="8-K",
        company="ALDERBROOK CORP",
        cik="7000001",
        accession="0009999999-26-000077",  # an agent's
        accepted_at=datetime.now(UTC),
    )
    async with (
        FakeLLM().open() as model,
        FakeFeeds().open() as archive,
        FakeEdgar().open() as search,
    ):
        desk = Desk(tmp_path, model)
        publish_filing(archive, filing, items=["2.02: Results"], exhibit="Record sales")
        env = {
            "EDGAR_BASE_URL": archive.origin,
            "EDGAR_SEARCH_BASE_URL": search.origin,
        }
        unknown = await desk.extract(filing.accession, **env)
        assert unknown.code == 1
        assert "give the address of the filing's index page" in unknown.out
        search.filings = [filing]
        done = await desk.extract(filing.accession, **env)
        asked = await typed(
            *("ask", filing.accession, "What is the order backlog?", "--json"),
            env={**desk.env, **env},
        )
    (read,) = desk.results().values()
    assert (done.code, read["document_id"]) == (0, filing.accession)
    assert len(read["statements"]) > 2
    assert json.loads(asked.stdout)["document"] == filing.accession
