"""The switches: which objects the daemon and its commands are made of."""

from catalyst_bot.settings_fields import Group, flag


class Features(Group):
    """What the daemon is made of."""

    progressive_alerts: bool = flag(
        "FEATURE_PROGRESSIVE_ALERTS",
        True,
        "Show the model's analysis in the card; without it, it is only stored.",
    )
    llm: bool = flag("FEATURE_LLM", True, "Ask a model to read each alert.")
    web: bool = flag(
        "FEATURE_WEB", True, "Serve the live page, the API, health and metrics."
    )
    market_data: bool = flag(
        "FEATURE_MARKET_DATA", True, "Show what the stock trades at on its card."
    )
    contradiction: bool = flag(
        "FEATURE_CONTRADICTION",
        True,
        "Tell on both cards when an item conflicts with an earlier one.",
    )
    key_facts: bool = flag(
        "FEATURE_KEY_FACTS",
        True,
        "Read the document behind a filing or release, and show its key facts.",
    )
    watch: bool = flag(
        "FEATURE_WATCH", True, "Route and mention by the [[watch]] of channels.toml."
    )
    ask_code: bool = flag(
        "FEATURE_ASK_CODE",
        False,
        "Let `ask` answer by code that the model writes; needs catalyst-bot[sandbox].",
    )
