"""Sharing out work among people by what they have to do already."""

import heapq


def share_out(count, loads):
    """Return who gets each of ``count`` pieces of work, always whoever has least.

    :param dict loads: person -> pieces of work he has; of equals the first named
    :raises ValueError: there is work and nobody to do it

    >>> share_out(4, {"Anna": 2, "Jan": 0, "Dana": 1})
    ['Jan', 'Jan', 'Dana', 'Anna']
    """
    if count and not loads:
        raise ValueError("nobody to share the work out to")
    heap = [(load, place, person) for place, (person, load) in enumerate(loads.items())]
    heapq.heapify(heap)
    chosen = []
    for _index in range(count):
        load, place, person = heap[0]
        heapq.heapreplace(heap, (load + 1, place, person))
        chosen.append(person)
    return chosen
