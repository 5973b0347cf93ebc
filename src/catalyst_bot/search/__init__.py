"""Search over the sources that can, and over what the bot has seen.

`service` asks all at once, each in its time and patience (`asked`); `live`, `archive`,
`edgar` and `symbols` are who is asked, `merging` makes one result of one story.
"""
