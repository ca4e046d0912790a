#!/usr/bin/env python3
"""Writes fund loads, one JSON object a line, to standard output.

    python3 generate.py --seed 7 --records 1000000 > loads.jsonl

The same arguments give the same bytes. Six weeks of loads in order of time, by customers who load about twice a day.
Mixed in is what the limits turn on: amounts that meet a limit exactly or by one cent more, loads in the first and last
second of days and weeks, bursts of several loads a day, and load ids that are used again, by the same customer (soon
or much later, same or other amount) and by another one.
"""

import argparse
import datetime
import random
import sys

START = datetime.datetime(2000, 1, 1)
SPAN = 42 * 86400
DAILY = 500_000
MARKS = [1, 99, 100, 125_000, 166_667, 250_000, 400_000, 499_999, 500_000, 500_001, 2_000_000]


def second(position, rng):
    """A second of the span near this position of the input, often at the edge of a day."""
    base = int(position * SPAN)
    into = base % 86400
    if rng.random() < 0.5 and into < 1800:
        return base - into
    if rng.random() < 0.5 and into >= 84600:
        return base - into + 86399
    return base


class Customer:
    def __init__(self, number, rng):
        self.number = number
        self.kind = rng.choice(("small", "small", "large", "large", "round"))
        self.day = -1
        self.asked = 0
        self.ids = []

    def amount(self, day, rng):
        """Cents: large customers go beyond the weekly limit, round ones meet it; exact remainders of a day are frequent."""
        if day != self.day:
            self.day, self.asked = day, 0
        dice = rng.random()
        if dice < 0.12 and 0 < self.asked < DAILY:
            cents = DAILY - self.asked + rng.choice((0, 0, 1, -1))
        elif dice < 0.24:
            cents = rng.choice(MARKS)
        elif self.kind == "round":
            cents = rng.choice((250_000, 500_000, 500_000))
        elif self.kind == "large":
            cents = rng.randint(150_000, 500_000)
        else:
            cents = rng.randint(1, 300_000)
        self.asked += cents
        return cents

    def load_id(self, fresh, others, rng):
        dice = rng.random()
        if self.ids and dice < 0.01:
            return self.ids[-1]
        if self.ids and dice < 0.02:
            return rng.choice(self.ids)
        other = rng.choice(others)
        if other.ids and dice < 0.03:
            return other.ids[-1]
        return fresh


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--records", type=int, default=2000)
    given = arguments.parse_args()
    rng = random.Random(given.seed)
    customers = [Customer(number + 1, rng) for number in range(max(1, given.records // 84))]
    # load ids look random, and none comes twice by itself: multiples of a number without a factor in common
    first = rng.randrange(2147483647)
    ids = ((first + number) * 48271 % 2147483647 for number in range(given.records))
    latest = 0
    for number, fresh in enumerate(ids):
        latest = max(latest, second(number / given.records, rng))
        customer = rng.choice(customers)
        load = customer.load_id(str(fresh), customers, rng)
        customer.ids = customer.ids[-7:] + [load]
        cents = customer.amount(latest // 86400, rng)
        time = START + datetime.timedelta(seconds=latest)
        sys.stdout.write(
            '{"id":"%s","customer_id":"%d","load_amount":"$%d.%02d","time":"%sZ"}\n'
            % (load, customer.number, cents // 100, cents % 100, time.isoformat())
        )


if __name__ == "__main__":
    main()
