"""What a headline says comes before what it only mentions."""

import pytest

from catalyst_bot.ops.shipped import shipped_file
from catalyst_bot.scoring.catalysts import CatalystRules
from catalyst_bot.scoring.prepared import prepare

RULES = CatalystRules.load(shipped_file("catalysts.toml"))


def names(title: str) -> list[str]:
    return [catalyst.name for catalyst in RULES.match(prepare(title))]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Harrow cuts Acme to Hold after FDA approval of eye drug", "analyst_down"),
        ("Harrow keeps Sell on Acme despite guidance cut", "analyst_other"),
        ("Acme names turnaround chief as CEO after bankruptcy exit", "management"),
        ("Acme CFO to step down following completion of merger", "management"),
        ("Acme sued by noteholders over missed interest payment", "legal"),
        ("Bankrupt? Not so fast, says Harrow as it upgrades Acme to Buy", "analyst_up"),
        ("Acme reports results for quarter that included split", "earnings_report"),
    ],
)
def test_background_gives_way_to_what_governs(title: str, name: str) -> None:
    assert names(title)[0] == name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Acme shares soar after FDA approval of eye drug", "fda_approval"),
        ("After profit warning, Acme files for bankruptcy", "bankruptcy"),
        ("Acme falls after FDA rejection, prices public offering", "offering"),
        ("Acme closes at $4 over merger talks", "ma"),
        ("Acme opens at $34 in NYSE debut, 36% over IPO price", "ipo"),
    ],
)
def test_news_behind_a_mere_move_stays_the_primary(title: str, name: str) -> None:
    assert names(title)[0] == name


@pytest.mark.parametrize(
    "title",
    [
        "Acme hosts conference call after merger agreement",
        "Hale LLP reminds Acme investors of class action after FDA approval",
    ],
)
def test_a_notice_is_judged_as_before(title: str) -> None:
    first, *_ = RULES.match(prepare(title))
    assert all(first.priority >= one.priority for one in RULES.match(prepare(title)))


@pytest.mark.parametrize(
    "title",
    [
        "Corporate bankruptcies climb to decade high, bureau says",
        "U.S. IPO activity hits four-year high",
        "Treasury auctions $38 billion of 7-year notes",
        "Stock buybacks by S&P 500 firms hit record",
    ],
)
def test_figures_of_the_whole_market_are_of_no_issuer(title: str) -> None:
    assert names(title)[0] == "macro"


@pytest.mark.parametrize(
    "title",
    [
        "Acme offers $130M shrs, pre-funded warrants",
        "Acme taps investors for $40 mln",
        "Acme launches $350 mln convertible",
        "Acme Enters $18 Million Convertible Debenture Agreement",
        "Acme sells stock to fund plant",
    ],
)
def test_terse_offerings_are_recognised(title: str) -> None:
    assert names(title)[0] == "offering"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("What to expect from Acme's third-quarter report", "routine"),
        ("Acme licenses obesity pill to Harrow for $80 million upfront", "contract"),
        ("Acme signs non-binding supply agreement with Harrow", "partnership"),
        ("Harrow keeps Buy on Acme, brings price target down to $44", "analyst_down"),
        ("Acme rallies after abandoning share sale", "offering_withdrawn"),
        ("Acme revenue drops more sharply than expected", "earnings_miss"),
        ("Acme profit rises less than forecast", "earnings_miss"),
        ("Acme sales fall less than feared", "earnings_beat"),
        ("Acme plunges after weak second-quarter outlook", "guidance_down"),
        ("Acme CEO adopts 10b5-1 plan to sell 200,000 shares", "insider"),
        ("Bankruptcy expert joins Acme board as director", "management"),
        ("Harrow sends letter to Acme's board urging sale of unit", "ownership"),
        ("Exchange withdraws delisting notice to Acme", "compliance_regained"),
    ],
)
def test_words_are_read_with_what_they_stand_beside(title: str, name: str) -> None:
    assert names(title)[0] == name


@pytest.mark.parametrize(
    "title",
    [
        "U.S. inflation falls more than expected in October",
        "Positive results from drone delivery trial delight Acme customers",
        "Harrow closes third growth fund at $900 million",
        "Harrow Income Fund begins trading on Cboe",
        "Seven utilities to own for a decade",
        "Acme takes target audience down memory lane",
    ],
)
def test_look_alikes_are_no_news_of_an_issuer(title: str) -> None:
    assert all(name in ("macro", "promotion", "routine") for name in names(title))
