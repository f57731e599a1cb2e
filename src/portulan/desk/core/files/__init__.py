"""Files that people send: checked, kept privately, opened only by those who may."""
