"""What the market is doing: trading sessions."""
