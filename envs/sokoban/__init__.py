"""Sokoban as a planning task.

`rules`, `levels` and `solver` know nothing of text or pictures; `files` and `dataset` read and write collections of levels;
`render` draws; `env` and `discrete` are the environments, with words and with numbers for actions; `play` is for people.
"""
