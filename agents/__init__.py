"""Agents: policies that answer prompts (transformers models, scripted ones), and rollouts of them in environments."""
