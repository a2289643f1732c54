"""The search behind `envs.sokoban.solver`, compiled: A* over the positions right after a push.

Cells are indices into a flat board with a ring of walls around it. Knows nothing of levels or names of moves.
"""

from __future__ import annotations

import numpy as np

from envs.compiled import compiled

UNSOLVABLE, SOLVED, GAVE_UP = range(3)
#: More pushes than any box needs: no way to a target.
_NO_WAY = 1_000_000

#: A position: the player's cell, the moves that lead there, the estimate of those to come, the node before; its hash, and the
#: node before it with the same one.
_NODE = np.dtype(
    [(name, np.int32) for name in ("player", "cost", "estimate", "parent", "older")] + [("key", np.uint64)]
)
#: A node in the queue at a cost, and the entry before it of the same length.
_ENTRY = np.dtype([(name, np.int32) for name in ("node", "cost", "older")])


@compiled
def search(
    walls: np.ndarray,
    offsets: np.ndarray,
    player: int,
    boxes: np.ndarray,
    targets: np.ndarray,
    told_apart: bool,
    max_states: int,
    keys: np.ndarray,
) -> tuple[int, np.ndarray, int]:
    """Find the fewest moves that bring every box to a target.

    Args:
        walls: bool [cells].
        offsets: int32 [4], what each move adds to a cell.
        player: The player's cell.
        boxes, targets: int32 [N], cells; in ascending order unless boxes are told apart.
        told_apart: Whether box n has to go to target n, and to no other.
        max_states: Positions that may be kept.
        keys: uint64, random keys of the player and of each box, [1 + N, cells]; boxes that are not told apart share the first
            box's, [2, cells].

    Returns:
        The outcome, the moves as indices into `offsets` (uint8 [moves]), and the number of positions kept.
    """
    pushes = _push_distances(walls, offsets, targets)
    is_target = np.zeros(walls.size, np.bool_)
    is_target[targets] = True
    no_moves = np.empty(0, np.uint8)
    estimate = _estimate(boxes, pushes, told_apart)
    if estimate >= _NO_WAY:
        return UNSOLVABLE, no_moves, 0

    nodes, places = np.empty(1024, _NODE), np.empty((1024, boxes.size), np.int32)  # places: the boxes of each node
    newest = np.full(2048, -1, np.int32)  # the last node of each hash
    entries = np.empty(1024, _ENTRY)
    queue = np.full(
        4096 + estimate, -1, np.int32
    )  # the last entry of each length; taken first, because it is the deepest
    key = keys[0, player]
    for index in range(boxes.size):
        key ^= keys[1 + index * told_apart, boxes[index]]
    places[0] = boxes
    nodes[0].player, nodes[0].cost, nodes[0].estimate, nodes[0].parent = player, 0, estimate, -1
    nodes[0].key, nodes[0].older = key, -1
    newest[key & np.uint64(newest.size - 1)] = 0
    entries[0].node, entries[0].cost, entries[0].older = 0, 0, -1
    queue[estimate] = 0
    node_count, entry_count, length = 1, 1, estimate

    steps, line = np.empty(walls.size, np.int32), np.empty(walls.size, np.int32)
    occupied = np.zeros(walls.size, np.bool_)
    after = np.empty(boxes.size, np.int32)
    while length < queue.size:
        if queue[length] < 0:
            length += 1
            continue
        entry = entries[queue[length]]
        queue[length] = entry.older
        node = entry.node
        cost, player, key = nodes[node].cost, nodes[node].player, nodes[node].key
        if entry.cost > cost:  # it has been reached in fewer moves since
            continue
        here = places[node].copy()
        if np.all(here == targets):
            return SOLVED, _moves(walls, offsets, nodes, places, node), node_count
        occupied[here] = True
        _walk(walls, offsets, occupied, player, steps, line)
        for index in range(boxes.size):
            box = here[index]
            for move in range(4):
                to, behind = box + offsets[move], box - offsets[move]
                if walls[to] or occupied[to] or steps[behind] < 0:
                    continue
                occupied[box], occupied[to] = False, True
                stuck = _stuck(walls, offsets, occupied, is_target, to)
                occupied[box], occupied[to] = True, False
                if stuck:
                    continue
                after[:] = here
                if told_apart:
                    after[index] = to
                else:
                    _put_in_order(after, index, to)
                of_box = keys[1 + index * told_apart]
                new_key = key ^ keys[0, player] ^ keys[0, box] ^ of_box[box] ^ of_box[to]
                new_cost = cost + steps[behind] + 1
                known = _find(nodes, places, newest, new_key, box, after)
                if known < 0:
                    estimate = _estimate(after, pushes, told_apart)
                    if estimate >= _NO_WAY:
                        continue
                    if node_count >= max_states:
                        return GAVE_UP, no_moves, node_count
                    if node_count == nodes.size:
                        nodes, places = _doubled(nodes), _doubled(places)
                        newest = _chained(nodes[:node_count])
                    known = node_count
                    node_count += 1
                    places[known] = after
                    slot = new_key & np.uint64(newest.size - 1)
                    nodes[known].player, nodes[known].estimate = box, estimate
                    nodes[known].key, nodes[known].older = new_key, newest[slot]
                    newest[slot] = known
                elif nodes[known].cost <= new_cost:
                    continue
                nodes[known].cost, nodes[known].parent = new_cost, node
                new_length = new_cost + nodes[known].estimate
                while new_length >= queue.size:
                    queue = np.concatenate((queue, np.full(queue.size, -1, np.int32)))
                if entry_count == entries.size:
                    entries = _doubled(entries)
                entries[entry_count].node, entries[entry_count].cost = known, new_cost
                entries[entry_count].older = queue[new_length]
                queue[new_length] = entry_count
                entry_count += 1
        occupied[here] = False
    return UNSOLVABLE, no_moves, node_count


@compiled
def _doubled(values: np.ndarray) -> np.ndarray:
    """The same values, with as much room again behind them."""
    larger = np.empty((2 * values.shape[0],) + values.shape[1:], values.dtype)
    larger[: values.shape[0]] = values
    return larger


@compiled
def _chained(nodes: np.ndarray) -> np.ndarray:
    """The last node of each hash, for four times as many hashes as there are nodes; chains the others to it."""
    newest = np.full(4 * nodes.size, -1, np.int32)
    for node in range(nodes.size):
        slot = nodes[node].key & np.uint64(newest.size - 1)
        nodes[node].older = newest[slot]
        newest[slot] = node
    return newest


@compiled
def _find(nodes: np.ndarray, places: np.ndarray, newest: np.ndarray, key: int, player: int, boxes: np.ndarray) -> int:
    """The node of this position, or -1."""
    node = newest[key & np.uint64(newest.size - 1)]
    while node >= 0:
        if nodes[node].key == key and nodes[node].player == player and np.all(places[node] == boxes):
            return node
        node = nodes[node].older
    return -1


@compiled
def _put_in_order(boxes: np.ndarray, index: int, cell: int) -> None:
    """Put box `index` on another cell and keep the boxes in ascending order."""
    while index > 0 and boxes[index - 1] > cell:
        boxes[index] = boxes[index - 1]
        index -= 1
    while index < boxes.size - 1 and boxes[index + 1] < cell:
        boxes[index] = boxes[index + 1]
        index += 1
    boxes[index] = cell


@compiled
def _walk(
    walls: np.ndarray, offsets: np.ndarray, occupied: np.ndarray, player: int, steps: np.ndarray, line: np.ndarray
) -> None:
    """Fill `steps` with the player's distance to every cell, -1 where it cannot walk. `line` is scratch space."""
    steps[:] = -1
    steps[player], line[0] = 0, player
    first, last = 0, 1
    while first < last:
        cell = line[first]
        first += 1
        for offset in offsets:
            to = cell + offset
            if steps[to] < 0 and not walls[to] and not occupied[to]:
                steps[to], line[last] = steps[cell] + 1, to
                last += 1


@compiled
def _push_distances(walls: np.ndarray, offsets: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Fewest pushes that bring a box to each target with no other box about, int32 [target, cell]."""
    distances = np.full((targets.size, walls.size), _NO_WAY, np.int32)
    line = np.empty(walls.size, np.int32)
    for target in range(targets.size):
        distance = distances[target]
        distance[targets[target]], line[0] = 0, targets[target]
        first, last = 0, 1
        while first < last:
            box = line[first]
            first += 1
            for offset in offsets:
                before = box - offset
                if walls[before] or distance[before] < _NO_WAY or walls[before - offset]:
                    continue
                distance[before], line[last] = distance[box] + 1, before
                last += 1
    return distances


@compiled
def _stuck(walls: np.ndarray, offsets: np.ndarray, occupied: np.ndarray, is_target: np.ndarray, box: int) -> bool:
    """Whether a box stands in a block of two by two walls and boxes, one of which is on no target: it stays there."""
    for vertical in offsets[:2]:
        for horizontal in offsets[2:]:
            full, astray = True, False
            for cell in (box, box + vertical, box + horizontal, box + vertical + horizontal):
                full = full and (walls[cell] or occupied[cell])
                astray = astray or (occupied[cell] and not is_target[cell])
            if full and astray:
                return True
    return False


@compiled
def _estimate(boxes: np.ndarray, pushes: np.ndarray, told_apart: bool) -> int:
    """Pushes that are needed at least, `_NO_WAY` or more if there is no way."""
    if not told_apart:
        return _cheapest_assignment(boxes, pushes)
    total = 0
    for index in range(boxes.size):
        total += pushes[index, boxes[index]]
    return total


@compiled
def _cheapest_assignment(boxes: np.ndarray, pushes: np.ndarray) -> int:
    """The least sum of pushes over all one-to-one assignments of boxes to targets, at least `_NO_WAY` if there is none.

    The Hungarian method with potentials, one box at a time, O(N^3).
    """
    count = boxes.size
    box_potential, target_potential = np.zeros(count + 1, np.int64), np.zeros(count + 1, np.int64)
    holder = np.zeros(count + 1, np.int64)  # the box, counted from 1, of each target
    came_by = np.zeros(count + 1, np.int64)
    slack, seen = np.empty(count + 1, np.int64), np.empty(count + 1, np.bool_)
    for box in range(1, count + 1):
        holder[0] = box
        slack[:] = 2 * _NO_WAY * (count + 1)
        seen[:] = False
        target = 0
        while holder[target] != 0:
            seen[target] = True
            least, nearest = 4 * _NO_WAY * (count + 1), 0
            for other in range(1, count + 1):
                if seen[other]:
                    continue
                rest = (
                    pushes[other - 1, boxes[holder[target] - 1]]
                    - box_potential[holder[target]]
                    - target_potential[other]
                )
                if rest < slack[other]:
                    slack[other], came_by[other] = rest, target
                if slack[other] < least:
                    least, nearest = slack[other], other
            for other in range(count + 1):
                if seen[other]:
                    box_potential[holder[other]] += least
                    target_potential[other] -= least
                else:
                    slack[other] -= least
            target = nearest
        while target != 0:
            holder[target] = holder[came_by[target]]
            target = came_by[target]
    total = 0
    for target in range(1, count + 1):
        total += pushes[target - 1, boxes[holder[target] - 1]]
    return total


@compiled
def _moves(walls: np.ndarray, offsets: np.ndarray, nodes: np.ndarray, places: np.ndarray, node: int) -> np.ndarray:
    """The moves that lead to a node, from the first node on."""
    backwards = []
    steps, line = np.empty(walls.size, np.int32), np.empty(walls.size, np.int32)
    while nodes[node].parent >= 0:
        parent = nodes[node].parent
        before, after = np.zeros(walls.size, np.bool_), np.zeros(walls.size, np.bool_)
        before[places[parent]] = True
        after[places[node]] = True
        cell = nodes[node].player  # where the box was
        for move in range(4):
            if after[cell + offsets[move]] and not before[cell + offsets[move]]:
                backwards.append(move)
                cell -= offsets[move]
                break
        _walk(walls, offsets, before, nodes[parent].player, steps, line)
        while steps[cell] > 0:
            for move in range(4):
                if steps[cell - offsets[move]] == steps[cell] - 1:
                    backwards.append(move)
                    cell -= offsets[move]
                    break
        node = parent
    return np.array(backwards[::-1], np.uint8)
