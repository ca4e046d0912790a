#!/usr/bin/env python3
"""The answers to a file of fund loads, computed without Sallyport: what the outputs of its runs are compared with.

    python3 expected.py < loads.jsonl > loads.expected.jsonl
    python3 expected.py --daily 2500.00 --weekly 9000.00 --loads 2 < loads.jsonl > loads.experiment.jsonl

--reasons prints to standard error how often each rule decided.
"""

import argparse
import collections
import datetime
import decimal
import json
import sys


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--daily", type=decimal.Decimal, default=decimal.Decimal("5000.00"))
    arguments.add_argument("--weekly", type=decimal.Decimal, default=decimal.Decimal("20000.00"))
    arguments.add_argument("--loads", type=int, default=3)
    arguments.add_argument("--reasons", action="store_true")
    limits = arguments.parse_args()

    seen = set()
    accepted = collections.defaultdict(list)  # (customer, date) and (customer, ISO year, ISO week) -> amounts
    reasons = collections.Counter()
    for line in sys.stdin:
        load = json.loads(line)
        who = load["customer_id"]
        if (who, load["id"]) in seen:
            reasons["repeated id"] += 1
            continue
        seen.add((who, load["id"]))

        date = datetime.datetime.strptime(load["time"], "%Y-%m-%dT%H:%M:%SZ").date()
        amount = decimal.Decimal(load["load_amount"].lstrip("$"))
        today = accepted[who, date]
        this_week = accepted[(who,) + tuple(date.isocalendar())[:2]]  # ISO weeks begin on Monday

        broken = []
        if len(today) + 1 > limits.loads:
            broken.append("loads a day")
        if sum(today) + amount > limits.daily:
            broken.append("amount a day")
        if sum(this_week) + amount > limits.weekly:
            broken.append("amount a week")
        if not broken:
            today.append(amount)
            this_week.append(amount)
            exact = [sum(today) == limits.daily, sum(this_week) == limits.weekly]
            reasons["accepted, limit of the day met exactly"] += exact[0]
            reasons["accepted, limit of the week met exactly"] += exact[1]
        reasons[" + ".join(broken) or "accepted"] += 1
        answer = {"id": load["id"], "customer_id": who, "accepted": not broken}
        print(json.dumps(answer, separators=(",", ":")))

    if limits.reasons:
        for reason, times in sorted(reasons.items()):
            print(f"{times:8}  {reason}", file=sys.stderr)


if __name__ == "__main__":
    main()
