"""SeaTunnel releases as data: which jars they consist of."""
