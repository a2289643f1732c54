"""Evaluation: held-out suites, scores with confidence intervals, plan GIFs and the report."""
