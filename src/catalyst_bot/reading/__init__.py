"""What is read beyond a headline's score: by rule first, then by a model, checked.

Headlines: does one contradict another (`conflicts`, `contradiction`), with the alerts
that stand (`standing`); how well does one fit a query (`likeness`, `relevance`), with
the queries that watch (`watching`). Documents: what they state (`statements`), what
they answer to a question (`long`, or `code` that a model writes).
"""
