"""Completion and inspection of Flink SQL, for cells of IPython and of the Flink SQL kernel alike."""
