"""The look of pictures of rollouts: colours, and the sizes that several parts share."""

from __future__ import annotations

Colour = tuple[int, int, int]

PAPER: Colour = (12, 15, 20)
GROUND: Colour = (20, 23, 28)
RAISED: Colour = (36, 41, 49)
SUNK: Colour = (26, 30, 36)
WHITE: Colour = (236, 238, 241)
SOFT: Colour = (176, 184, 195)
FAINT: Colour = (124, 133, 147)
LIT: Colour = (242, 187, 84)
GOOD: Colour = (116, 201, 148)
BAD: Colour = (229, 123, 115)

#: Pixels between the edge of a panel and what is in it.
PAD = 16
#: Height of the bar of progress along the lower edge.
BAR = 4
#: Sizes of letters, in pixels: headings, text, small print.
HEADING, TEXT, SMALL = 15, 12, 11
#: From one line of small print to the next.
LEADING = 15
