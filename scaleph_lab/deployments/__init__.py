"""Kubernetes: clusters, and Flink deployments on them. It knows no catalog; secrets are found by who calls."""
