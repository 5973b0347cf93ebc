"""What may stand in LLM_ENDPOINT_URL."""

import pytest

from catalyst_bot.llm.endpoints import Endpoints, Speech, base_of, endpoints_of


@pytest.mark.parametrize(
    ("url", "base", "speech"),
    [
        ("http://localhost:11434/api/generate", "http://localhost:11434", "generate"),
        ("http://localhost:11434/api/generate/", "http://localhost:11434", "generate"),
        ("https://gpu.example/llm/api/chat", "https://gpu.example/llm", "chat"),
        ("http://[::1]:8000/v1", "http://[::1]:8000", "openai"),
        ("http://[::1]:8000/v1/", "http://[::1]:8000", "openai"),
    ],
)
def test_the_end_of_the_url_names_the_dialect(url: str, base: str, speech: str) -> None:
    endpoints = endpoints_of(url)
    assert endpoints == Endpoints(base=base, speech=Speech[speech.upper()])
    assert endpoints.asked == url.rstrip("/")


def test_the_base_of_a_cloud_has_no_last_slash() -> None:
    example = "https://cloud.example"
    assert base_of("https://proxy.example/a/", example=example) == (
        "https://proxy.example/a"
    )
    with pytest.raises(ValueError, match=r"must start with .*example: https://cloud"):
        base_of("proxy.example", example=example)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("", "must start with http:// or https:// and name a host"),
        ("localhost:11434/api/generate", "must start with http://"),
        ("http:///api/generate", "name a host"),
        ("file:///api/generate", "must start with http://"),
        ("http://localhost:11434", "must end in one of /api/generate, /api/chat, /v1"),
        ("http://localhost:11434/api/embed", "must end in one of"),
        ("http://me:secret@gpu.example/api/generate", "a user or a password"),
        ("http://gpu.example/api/generate?key=1", "a query or a fragment"),
        ("http://gpu.example:99999/api/generate", "is not a URL"),
        ("http://gpu.example:0/api/generate", "port 0"),
        ("http://[::1/api/generate", "is not a URL"),
    ],
)
def test_anything_else_is_refused_with_its_fault(url: str, fault: str) -> None:
    with pytest.raises(ValueError, match="example: http://localhost:11434") as caught:
        endpoints_of(url)
    assert fault in str(caught.value)
    assert "secret" not in str(caught.value)
