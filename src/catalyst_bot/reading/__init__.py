"""Reading beyond the headline's score: does it conflict with what was said before."""
