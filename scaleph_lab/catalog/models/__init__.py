"""The tables as typed models, one file a noun."""
