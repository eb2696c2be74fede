"""One function per figure: it takes the data and returns the drawn figure."""

import math
import statistics

from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from style import COLOURS, LINES, SERVERS, figure


def zombies_over_time(data):
    """The three servers under the same waves of clients."""
    drawn, axes = figure()
    top = max(count for one in data["zombies"].values() for _, count in one)
    for name, samples in data["zombies"].items():
        times, counts = zip(*samples)
        axes.step(
            times, counts, where="post", color=SERVERS[name], linestyle=LINES[name]
        )
        axes.annotate(
            f"{name}\n{counts[-1]} zombies", (times[-1], counts[-1]),
            xytext=(12, 0), textcoords="offset points", va="center",
            color=SERVERS[name], fontweight="bold", fontsize=18,
            bbox={"facecolor": COLOURS["ground"], "edgecolor": "none", "pad": 1},
        )
    axes.set_xlim(0, max(times) * 1.42)
    axes.set_ylim(-0.08 * top, 1.08 * top)
    axes.xaxis.set_major_locator(FixedLocator(range(int(max(times)) + 1)))
    axes.grid(axis="y")
    axes.set_xlabel("seconds", loc="left")
    axes.set_ylabel("zombies")
    axes.set_title(
        f"Zombies under the same load: {data['waves']} waves of "
        f"{data['clients_per_wave']} clients", loc="left",
    )
    return drawn


def zombies_by_concurrency(data):
    """What one wait per SIGCHLD leaves, the more come at once."""
    drawn, axes = figure()
    at = sorted(map(int, data["zombies"]))
    runs = [data["zombies"][str(one)] for one in at]
    places = range(len(at))
    middle = [statistics.median(one) for one in runs]
    axes.bar(places, middle, color=COLOURS["zombie"], width=0.6)
    axes.vlines(
        places, [min(one) for one in runs], [max(one) for one in runs],
        color=COLOURS["text"], linewidth=3,
    )
    for place, one in zip(places, middle):
        axes.annotate(
            f"{one:,.0f}", (place, one), xytext=(-8, 4),
            textcoords="offset points", ha="right", fontsize=18,
        )
    axes.xaxis.set_major_locator(FixedLocator(list(places)))
    axes.set_xticklabels([str(one) for one in at])
    axes.set_xlim(-0.75, len(at) - 0.5)
    axes.set_ylim(0, data["clients"])
    axes.grid(axis="y")
    axes.set_xlabel("clients at a time")
    axes.set_ylabel("zombies left")
    axes.yaxis.set_major_formatter(_thousands())
    axes.set_title(
        f"server_sigchld: of {data['clients']:,} children, how many it never reaps",
        loc="left",
    )
    _note(axes, f"median of {len(runs[0])} runs; the line is from least to most")
    return drawn


def lifelines(data):
    """A line per child, from fork to exit to reap; the servers side by side."""
    drawn, all_axes = figure(len(data["servers"]), False, sharex=True, sharey=True)
    longest = max(run["ended"] for run in data["servers"].values()) / 1000
    for axes, (name, run) in zip(all_axes, data["servers"].items()):
        _lifelines_of(axes, name, run, longest)
    all_axes[0].set_ylabel("20 children, in the order of fork")
    drawn.legend(
        handles=[
            Line2D([], [], color=COLOURS["live"], linewidth=4, label="serving"),
            Patch(color=COLOURS["zombie"], label="zombie"),
            Line2D([], [], color=COLOURS["reaped"], marker="|", markersize=16,
                   markeredgewidth=4, linestyle="", label="reaped"),
            Patch(color=COLOURS["frozen"], alpha=0.18, label="parent frozen"),
            Line2D([], [], color=COLOURS["signal"], marker="v", markersize=12,
                   linestyle="", label="SIGCHLD: deaths told"),
        ],
        loc="lower center",
        ncol=5, frameon=False, fontsize=15, handlelength=1.4, columnspacing=1.2,
        bbox_to_anchor=(0.5, -0.005),
    )
    drawn.subplots_adjust(left=0.05, right=0.98, top=0.88, bottom=0.2, wspace=0.06)
    return drawn


def _lifelines_of(axes, name, run, longest):
    ended, count = run["ended"] / 1000, len(run["children"])
    axes.axvspan(
        *(at / 1000 for at in run["frozen"]), color=COLOURS["frozen"], alpha=0.13,
        linewidth=0,
    )
    for row, one in enumerate(run["children"]):
        began, exited = one["began"] / 1000, one["exited"] / 1000
        reaped = None if one["reaped"] is None else one["reaped"] / 1000
        until = ended if reaped is None else reaped
        axes.barh(row, exited - began, left=began, height=0.28, color=COLOURS["live"])
        axes.barh(
            row, until - exited, left=exited, height=0.74, color=COLOURS["zombie"]
        )
        if reaped is not None:
            axes.vlines(
                reaped, row - 0.42, row + 0.42, color=COLOURS["reaped"], linewidth=3
            )
    for one in run["sigchlds"]:
        _sigchld(axes, one["at"] / 1000, one["deaths"])
    left = run["zombies_left"]
    axes.set_title(f"{name}\n{left} zombies left", fontsize=18)
    axes.set_xlim(0, longest)
    axes.set_ylim(count - 0.4, -2.6)
    axes.yaxis.set_major_locator(NullLocator())
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("ms")
    axes.tick_params(labelsize=15)
    if not run["sigchlds"]:
        axes.annotate(
            "no handler: no SIGCHLD delivered", (longest / 2, -1.6), ha="center",
            va="center", fontsize=15,
        )


def _sigchld(axes, at, deaths):
    """A mark where it was delivered, with the deaths that it told of."""
    axes.vlines(at, -0.9, 19.5, color=COLOURS["signal"], linewidth=1, alpha=0.35)
    axes.plot(at, -0.9, marker="v", color=COLOURS["signal"], markersize=9)
    many = deaths > 1
    axes.annotate(
        str(deaths), (at, -1.35), ha="center", va="bottom",
        fontsize=22 if many else 14, fontweight="bold" if many else "normal",
        color=COLOURS["zombie" if many else "text"],
    )


def reaping_cost(data):
    """The parent's CPU time per session against live clients that are idle."""
    drawn, axes = figure()
    ends = []
    for name, costs in data["parent_cpu_us_per_session"].items():
        idle = sorted(map(int, costs))
        middle = [statistics.median(costs[str(one)]) for one in idle]
        axes.plot(
            idle, middle, color=SERVERS[name], linestyle=LINES[name], marker="o",
            markersize=9,
        )
        ends.append((middle[-1], name))
    top = axes.get_ylim()[1]
    for place, (_, name) in zip(_apart(sorted(ends), 0.075 * top), sorted(ends)):
        axes.annotate(
            f"{name.removeprefix('server_')}: {_WHO[name]}", (idle[-1], place),
            xytext=(14, 0), textcoords="offset points", va="center",
            color=SERVERS[name], fontweight="bold", fontsize=17,
        )
    axes.set_xlim(0, idle[-1] * 1.7)
    axes.set_ylim(0, top * 1.04)
    axes.xaxis.set_major_locator(FixedLocator(idle))
    axes.xaxis.set_major_formatter(_thousands())
    axes.yaxis.set_major_formatter(_thousands())
    axes.grid(axis="y")
    axes.set_xlabel("live clients, idle", loc="left")
    axes.set_ylabel("microseconds of CPU")
    axes.set_title("The parent's CPU time per client, to fork and to reap", loc="left")
    return drawn


_WHO = {
    "server_sig_ign": "the kernel reaps",
    "server_rtsig": "one signal a child",
    "server_pidfd": "a descriptor a child",
    "server_waitpid_loop": "looks at all",
}


def _apart(ends, least):
    """Places for labels at these rising values, at least so far apart."""
    places = []
    for value, _ in ends:
        places.append(max(value, places[-1] + least) if places else value - least / 2)
    return places


def listen_queue(data):
    """Latency against the length of the queue that listen(2) is given."""
    drawn, axes = figure()
    at = sorted(map(int, data["backlogs"]))
    places = range(len(at))
    for key, label, role, style, above in (
        ("p99_ms", "the slowest in 100 (p99)", "zombie", "-", 14),
        ("p50_ms", "median", "live", "--", -34),
    ):
        values = [statistics.median(data["backlogs"][str(one)][key]) for one in at]
        axes.plot(
            places, values, color=COLOURS[role], linestyle=style, marker="o",
            markersize=9,
        )
        axes.annotate(
            label, (0, values[0]), xytext=(14, above), textcoords="offset points",
            color=COLOURS[role], fontweight="bold",
        )
    axes.axhline(1000, color=COLOURS["faint"], linewidth=2, linestyle=":")
    axes.annotate(
        "1 s: a dropped SYN is sent again", (len(at) - 1, 1000), xytext=(0, 8),
        textcoords="offset points", ha="right", color=COLOURS["faint"], fontsize=17,
    )
    # Whole decades, with room above the highest point for its label.
    slowest = max(max(one["p99_ms"]) for one in data["backlogs"].values())
    axes.set_yscale("log")
    axes.set_ylim(0.1, 10 ** math.ceil(math.log10(4 * slowest)))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(_thousands())
    axes.xaxis.set_major_locator(FixedLocator(list(places)))
    axes.set_xticklabels([str(one) for one in at])
    axes.grid(axis="y")
    axes.set_xlabel("backlog given to listen()")
    axes.set_ylabel("latency, ms")
    axes.set_title(
        f"The listen queue: {data['concurrency']} clients at a time", loc="left"
    )
    return drawn


def _thousands():
    return FuncFormatter(lambda value, _: f"{value:,.10g}")


def _note(axes, text):
    axes.annotate(
        text, (1, 0.97), xycoords="axes fraction", ha="right", va="top",
        fontsize=16, color=COLOURS["faint"],
    )


CHARTS = {
    "zombies_over_time": (zombies_over_time, "Zombies over time"),
    "zombies_by_concurrency": (zombies_by_concurrency, "Zombies by concurrency"),
    "lifelines": (lifelines, "Lifelines of 20 children"),
    "reaping_cost": (reaping_cost, "What reaping costs"),
    "listen_queue": (listen_queue, "Latency by backlog"),
}
