"""The room of people: persons, and what each agreed to."""
