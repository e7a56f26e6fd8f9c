#!/usr/bin/env python3
"""Evaluates every query of a Grafana dashboard against a Prometheus.

    dashboard_queries.py DASHBOARD.json http://127.0.0.1:9090

Prints the queries that fail or find no series, and exits 1 if there is one.
"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request

# What Grafana would put in place of its variables when "All" is chosen.
VARIABLES = {"$name": ".*", "$__rate_interval": "1m", "$__interval": "5s"}


def queries(dashboard):
    """Yields (title, PromQL) of every panel's target and every variable."""
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
    for variable in dashboard["templating"]["list"]:
        metric, label = variable["definition"].removeprefix("label_values(").removesuffix(")").split(",")
        yield f"variable {variable['name']}", f"group by ({label.strip()}) ({metric})"


def substitute(query):
    for variable, value in VARIABLES.items():
        query = query.replace(variable, value)
    return query


def series(base_url, query):
    """Returns the number of series of an instant query; raises ValueError with Prometheus' own words."""
    url = f"{base_url}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    try:
        with urllib.request.urlopen(url, timeout=10) as reply:
            return len(json.load(reply)["data"]["result"])
    except urllib.error.HTTPError as error:
        raise ValueError(json.load(error)["error"]) from error


def check(base_url, query):
    """Returns the verdict on one query: empty when it found something."""
    try:
        return "" if series(base_url, query) else "no series"
    except ValueError as error:
        return str(error)


def failures(dashboard, base_url):
    """Returns (title, query, verdict) of every query that fails."""
    checked = [(title, query := substitute(raw), check(base_url, query)) for title, raw in queries(dashboard)]
    return [(title, query, verdict) for title, query, verdict in checked if verdict]


def main(path, base_url):
    with open(path, encoding="utf-8") as file:
        failed = failures(json.load(file), base_url)
    for title, query, verdict in failed:
        print(f"{title}: {verdict}\n    {query}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
