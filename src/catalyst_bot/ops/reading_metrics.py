"""What is counted and timed of analyses, of questions to a model and of answers."""

from catalyst_bot.ops.registry import Registry

_ENRICH_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0, 120.0)


class ReadingMetrics(Registry):
    """The metrics of all that a model reads; `Metrics` opens them, stage by stage."""

    def _open_enrichment(self) -> None:
        self.enrich = self._counter(
            "enrich",
            "Analyses by end: analysed, analysed_late, timed_out, offline, busy, "
            "unusable; the provider is empty where nobody answered",
            "result",
            "provider",
        )
        self.key_facts = self._counter(
            "key_facts",
            "Documents behind alerts that were read: found, none, given_up",
            "result",
        )
        self.enrich_latency = self._histogram(
            "enrich_latency_seconds", "From the post to the end", _ENRICH_SECONDS
        )
        self.llm_breaker_state = self._gauge(
            "llm_breaker_state",
            "Circuit to the model: 0 closed, 1 half-open, 2 open",
            "provider",
        )
        self.llm_in_flight = self._gauge(
            "llm_in_flight", "Requests at the model now", "provider"
        )
        self.llm_waiting = self._gauge(
            "llm_waiting", "Requests waiting for a slot", "provider"
        )
        self.llm_limit = self._gauge(
            "llm_limit",
            "Requests that the model is given at a time, as it can serve",
            "provider",
        )

    def _open_answers(self) -> None:
        self.llm_calls = self._counter(
            "llm_calls",
            "Questions to a model by end: ok, cached, or the kind of error",
            "provider",
            "purpose",
            "result",
        )
        self.llm_tokens = self._counter(
            "llm_tokens",
            "Tokens of answered questions: prompt, completion, saved",
            "provider",
            "purpose",
            "kind",
        )
        self.llm_cost_usd = self._counter(
            "llm_cost_usd", "Money spent, by the prices set", "provider", "purpose"
        )
        self.llm_queue = self._histogram(
            "llm_queue_seconds", "From a question to its last attempt", _ENRICH_SECONDS
        )
        self.llm_service = self._histogram(
            "llm_service_seconds", "The last attempt at a question", _ENRICH_SECONDS
        )
        self.llm_cache = self._counter(
            "llm_cache",
            "Questions by the tier that knew the answer: memory, disk, redis, "
            "semantic, none",
            "tier",
        )
        self.llm_semantic_audits = self._counter(
            "llm_semantic_audits",
            "Answers of the semantic tier that were asked again, by whether they held",
            "result",
        )
        self.llm_json = self._counter(
            "llm_json",
            "Objects by how they were read: strict, cleaned, lenient, embedded, "
            "partial, reasked, none",
            "rung",
        )
