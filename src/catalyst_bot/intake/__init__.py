"""Who an item is: identity, tickers, duplicates, revisions; and who claims it."""
