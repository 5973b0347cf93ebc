"""The larger parts of the process, each made from the settings and what stands in."""
