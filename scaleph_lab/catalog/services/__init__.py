"""What can be done with each noun, one file a noun; every call asks the policy and writes the log of actions."""
