"""What people do, and what they are: the rules, their coefficients, and the columns and words that hold state."""
