"""What professionals ask, who answers, and what became of it."""
