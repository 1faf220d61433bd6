"""The Flink SQL kernel: a notebook, or a console, whose cells are Flink SQL scripts.

It runs and shows statements by the same pieces as ``%%flinksql``; its own are the Jupyter protocol, the way an
interrupt takes, and completion.
"""
