"""What may stand in LLM_ENDPOINT_URL."""

import pytest

from catalyst_bot.llm.endpoints import Endpoints, endpoints_of


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://localhost:11434/api/generate", "http://localhost:11434"),
        ("http://localhost:11434/api/generate/", "http://localhost:11434"),
        ("https://gpu.example/ollama/api/generate", "https://gpu.example/ollama"),
        ("http://[::1]:11434/api/generate", "http://[::1]:11434"),
    ],
)
def test_the_other_endpoints_follow_from_the_full_url(url: str, base: str) -> None:
    assert endpoints_of(url) == Endpoints(
        generate=f"{base}/api/generate", ps=f"{base}/api/ps", tags=f"{base}/api/tags"
    )


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("", "must start with http:// or https:// and name a host"),
        ("localhost:11434/api/generate", "must start with http://"),
        ("http:///api/generate", "name a host"),
        ("file:///api/generate", "must start with http://"),
        ("http://localhost:11434", "must end in /api/generate"),
        ("http://localhost:11434/api/chat", "must end in /api/generate"),
        ("http://localhost:8000/v1", "OpenAI-compatible server (/v1)"),
        ("http://localhost:8000/v1/", "OpenAI-compatible server (/v1)"),
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
