import pytest

from catalyst_bot.delivery.destination import parse_api_base, parse_webhook
from catalyst_bot.errors import SettingsError

ID, TOKEN = "1100000000000000001", "canary-" + "t" * 61
REAL = f"https://discord.com/api/webhooks/{ID}/{TOKEN}"


@pytest.mark.parametrize(
    "url",
    [
        REAL,
        f" {REAL}\n",
        f"https://discordapp.com/api/webhooks/{ID}/{TOKEN}",
        f"https://canary.discord.com/api/webhooks/{ID}/{TOKEN}",
        f"https://ptb.discord.com/api/v10/webhooks/{ID}/{TOKEN}",
    ],
)
def test_requests_to_a_real_webhook_go_to_the_api_base(url: str) -> None:
    webhook = parse_webhook(url)
    assert webhook.create_url == (
        f"https://discord.com/api/v10/webhooks/{ID}/{TOKEN}"
        "?wait=true&with_components=true"
    )
    assert webhook.edit_url("7").endswith("/messages/7?with_components=true")
    other = parse_webhook(url, api_base="http://127.0.0.1:9/api/v10/")
    assert other.base == "http://127.0.0.1:9/api/v10"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/webhooks/1/t",
        "http://localhost/api/webhooks/1/t",
        "http://[::1]:8000/a/b/webhooks/1/t",
    ],
)
def test_a_loopback_webhook_keeps_its_own_origin_and_prefix(url: str) -> None:
    webhook = parse_webhook(url)
    assert f"{webhook.base}/webhooks/1/t" == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hello",
        f"http://discord.com/api/webhooks/{ID}/{TOKEN}",
        f"https://evil.example/discord.com/api/webhooks/{ID}/{TOKEN}",
        f"https://discord.com.evil.example/api/webhooks/{ID}/{TOKEN}",
        f"https://u@discord.com/api/webhooks/{ID}/{TOKEN}",
        f"https://discord.com:8443/api/webhooks/{ID}/{TOKEN}",
        f"https://discord.com/api/webhooks/{ID}/{TOKEN}/slack",
        f"https://discord.com/api/webhooks/{ID}/{TOKEN}?wait=true",
        f"https://discord.com/api/webhooks/123/{TOKEN}",
        f"https://discord.com/api/webhooks/{ID}/short-canary",
        f"http://192.168.0.1/webhooks/{ID}/{TOKEN}",
        f"http://127.0.0.1.evil.example/webhooks/{ID}/{TOKEN}",
    ],
)
def test_what_is_no_webhook_is_named_without_its_value(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_webhook(url)
    text = str(caught.value)
    assert text.startswith("DISCORD_WEBHOOK_URL: ")
    assert "https://discord.com/api/webhooks/" in text
    assert "canary" not in text


def test_a_webhook_never_shows_its_token() -> None:
    assert TOKEN not in repr(parse_webhook(REAL))


@pytest.mark.parametrize("base", ["http://discord.com/api", "discord.com", ""])
def test_an_api_base_in_the_clear_is_refused(base: str) -> None:
    with pytest.raises(SettingsError, match="DISCORD_API_BASE"):
        parse_api_base(base)
