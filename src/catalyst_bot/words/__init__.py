"""What the words of headlines mean: one list for all stages that compare titles."""
