"""Code for the benchmarks that opens screens as the web client does."""

from benchmarks import _volumes

# Runs inside ``odoo shell`` before the code of a benchmark, as the user ``bench``.
TOOLS = """
from lxml import etree
from odoo.tools.safe_eval import safe_eval

env = env(user=env["res.users"].search([("login", "=", "bench")]))


def specification(model, view):
    # What the web client asks for: all fields of the view, hidden columns included.
    arch = etree.fromstring(model.get_view(env.ref(view).id, "list")["arch"])
    found = {}
    for node in arch.iterfind(".//field"):
        field = model._fields[node.get("name")]
        found[field.name] = {}
        if field.type == "many2one" or node.get("widget") == "many2many_tags":
            found[field.name] = {"fields": {"display_name": {}}}
    return found


def opening(model, action):
    # The domain that opens with the menu, and its default filters beside it.
    action = env.ref(action).sudo()
    view = action.search_view_id
    arch = etree.fromstring(model.get_view(view.id, "search")["arch"])
    context = safe_eval(action.context, {"uid": env.uid})
    filters = []
    for node in arch.iterfind(".//filter"):
        if context.get("search_default_" + node.get("name")):
            filters += safe_eval(node.get("domain"), {"uid": env.uid})
    box = arch.find(".//field").get("filter_domain")
    domain = safe_eval(action.domain or "[]", {"uid": env.uid})
    return domain, filters, lambda text: safe_eval(box, {"self": text})


def time_all(works, turns):
    found = {name: [] for name in works}
    for turn in range(turns + 1):
        for name, work in works.items():
            env.invalidate_all()
            with measure() as m:
                answer = work()
            if turn:  # the first turn warms up
                found[name].append([m.seconds * 1000, m.queries, m.peak_mb])
    return found
"""


def record(bench, title, ours, other, goal=None):
    """Print one comparison of what ``time_all`` found.

    :return: how many more queries are ours
    """
    times = [[run[0] for run in runs] for runs in (ours, other)]
    queries = [_volumes.median([run[1] for run in runs]) for runs in (ours, other)]
    bench.record(
        title,
        *map(_volumes.median, times),
        "ms",
        queries_ours=queries[0],
        queries_other=queries[1],
        peak_mb=max(run[2] for run in ours),
        goal=goal,
    )
    bench.note(
        f"  spread: ours {_volumes.spread(times[0])} ms, "
        f"other {_volumes.spread(times[1])} ms"
    )
    return queries[0] - queries[1]
