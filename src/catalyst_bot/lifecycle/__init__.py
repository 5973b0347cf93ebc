"""The life of a card, from its job to its final state.

    "post:<channel>" -> Channel.post -> "enrich" -> Enricher -> "edit:<channel>"
    no price in time: Pricing.follow -> Quotes.late -> "edit:<channel>"
    timed out, offline or busy: once more through "late" while the model is idle

Each handler of a queue ends its job in one transaction, which also adds the next. After
`kill -9` at any point a restart goes on from the last one.
"""
