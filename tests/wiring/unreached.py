"""Public functions that no test of the whole product enters, each with the reason.

The product does call them, and the finer tests do.
"""

_BY_THE_CLOCK = "a job of the wall clock: at an opening, by night, each quarter hour"
_FOR_HOURS = "only after minutes or hours of running"
_NEVER_ASKED = "every provider has it; only a model of our own is asked for it"
_NEVER_IN_DOUBT = "only a kill in the midst of a post that takes a moment leads there"
_OURS = "answers to a fault of our own, which nobody outside can provoke"
_MOVED = "Discord has to move a route into the bucket of the other, in mid-run"

UNREACHED: dict[str, str] = {
    "catalyst_bot.enrichment.enricher:LLMEnricher.drop_if_idle": _BY_THE_CLOCK,
    "catalyst_bot.enrichment.off:LLMOff.drop_if_idle": _BY_THE_CLOCK,
    "catalyst_bot.enrichment.off:LLMOff.warm_up": _BY_THE_CLOCK,
    "catalyst_bot.llm.client:LLMClient.drop_if_idle": _BY_THE_CLOCK,
    "catalyst_bot.llm.router:Router.drop_if_idle": _BY_THE_CLOCK,
    "catalyst_bot.llm.upkeep:Upkeep.drop_if_idle": _BY_THE_CLOCK,
    "catalyst_bot.sources.alpaca_stream:AlpacaStream.wake": _BY_THE_CLOCK,
    "catalyst_bot.sources.loops:SourceLoops.wake": _BY_THE_CLOCK,
    "catalyst_bot.sources.poller:Poller.wake": _BY_THE_CLOCK,
    "catalyst_bot.storage.retention:prune": _BY_THE_CLOCK,
    "catalyst_bot.enrichment.off:LLMOff.read_late": _FOR_HOURS,
    "catalyst_bot.llm.cache_memory:MemoryTier.clear": _FOR_HOURS,
    "catalyst_bot.llm.schema:Schema.choices": _FOR_HOURS,
    "catalyst_bot.simulation.scenarios.programme:go_on": _FOR_HOURS,
    "catalyst_bot.storage.ledger:Ledger.part": _FOR_HOURS,
    "catalyst_bot.storage.records:touch_item": _FOR_HOURS,
    "catalyst_bot.llm.budget:Metered.check": _NEVER_ASKED,
    "catalyst_bot.llm.budget:Metered.unload": _NEVER_ASKED,
    "catalyst_bot.llm.providers.anthropic:Anthropic.unload": _NEVER_ASKED,
    "catalyst_bot.llm.providers.gemini:Gemini.unload": _NEVER_ASKED,
    "catalyst_bot.llm.providers.openai:OpenAI.unload": _NEVER_ASKED,
    "catalyst_bot.delivery.memory:NoMemory.recall": _NEVER_IN_DOUBT,
    "catalyst_bot.delivery.page:PageChannel.recall": _NEVER_IN_DOUBT,
    "catalyst_bot.delivery.terminal:TerminalChannel.recall": _NEVER_IN_DOUBT,
    "catalyst_bot.lifecycle.facts:KeyFacts.drop": _OURS,
    "catalyst_bot.llm.usage:Usage.give_back": _OURS,
    "catalyst_bot.simulation.discord_rules:error_tree": _OURS,
    "catalyst_bot.delivery.bucket:Bucket.absorb": _MOVED,
}
