# SPDX-License-Identifier: GPL-2.0-or-later
"""What is loaded, in a form that can be compared: handles and the order of what has none are gone."""
import json
import subprocess


def targets(node):
    """Chains that a rule or an element leads to."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("goto", "jump"):
                yield value["target"]
            else:
                yield from targets(value)
    elif isinstance(node, list):
        for item in node:
            yield from targets(item)


def maps_used(node):
    if isinstance(node, str) and node.startswith("@"):
        yield node[1:]
    elif isinstance(node, dict):
        for value in node.values():
            yield from maps_used(value)
    elif isinstance(node, list):
        for item in node:
            yield from maps_used(item)


class Table:
    def __init__(self):
        self.chains, self.rules, self.sets = {}, {}, {}

    def reached(self):
        """What a frame can meet: from the base chains on."""
        seen = set()
        todo = [name for name, chain in self.chains.items() if "hook" in chain]
        while todo:
            name = todo.pop()
            if name in seen:
                continue
            seen.add(name)
            rules = self.rules.get(name, [])
            todo += targets(rules)
            for used in maps_used(rules):
                todo += targets(self.sets.get(used, {}).get("elem", []))
        return seen


def read():
    out = subprocess.run(["nft", "-j", "-s", "list", "ruleset"], check=True, capture_output=True)
    tables = {}
    for item in json.loads(out.stdout)["nftables"]:
        (kind, body), = item.items()
        body.pop("handle", None)
        if kind == "metainfo":
            continue
        key = (body["family"], body["name"] if kind == "table" else body["table"])
        table = tables.setdefault(key, Table())
        if kind == "chain":
            table.chains[body["name"]] = body
        elif kind == "rule":
            table.rules.setdefault(body["chain"], []).append(body)
        elif kind in ("map", "set"):
            body["elem"] = sorted(body.get("elem", []), key=json.dumps)
            table.sets[body["name"]] = body
    return tables


def text(tables, reached_only):
    lines = []
    for (family, name), table in sorted(tables.items()):
        shown = table.reached() if reached_only else set(table.chains)
        for chain in sorted(shown):
            lines.append(f"{family} {name} {chain} {json.dumps(table.chains.get(chain), sort_keys=True)}")
            lines += [json.dumps(rule, sort_keys=True) for rule in table.rules.get(chain, [])]
        for one in sorted(table.sets):
            lines.append(f"{family} {name} {json.dumps(table.sets[one], sort_keys=True)}")
    return "\n".join(lines)


def meets():
    """What frames meet."""
    return text(read(), True)


def everything():
    return text(read(), False)
