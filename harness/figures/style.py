"""How the figures look, and what makes their bytes depend on nothing but the data:
the palette, type that the back row can read, and SVG without a date."""

import matplotlib

matplotlib.use("svg")

from matplotlib import pyplot  # noqa: E402

from reaplab import whole_file  # noqa: E402
from reaplab.documents.palette import read_palette  # noqa: E402

COLOURS = read_palette()["light"]
SIZE = (12.8, 7.2)  # inches; at 100 dots each, a slide

# For what there is no role of a process: one server told from another.
SERVERS = {
    "server_noreap": COLOURS["zombie"],
    "server_sigchld": COLOURS["frozen"],
    "server_waitpid_loop": COLOURS["live"],
    "server_sig_ign": COLOURS["reaped"],
    "server_rtsig": COLOURS["frozen"],
    "server_pidfd": COLOURS["text"],
}
LINES = {  # and by the dashes, as no meaning hangs on colour alone
    "server_noreap": "-", "server_sigchld": "--", "server_waitpid_loop": "-",
    "server_sig_ign": ":", "server_rtsig": "--", "server_pidfd": "-.",
}

pyplot.rcdefaults()  # whatever a user's matplotlibrc says
pyplot.rcParams.update({
    "svg.hashsalt": "reap",  # the ids in the file are made of it
    "svg.fonttype": "path",  # looks the same where the font is missing
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": 20,
    "axes.titlesize": 22,
    "axes.titleweight": "bold",
    "axes.labelsize": 20,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": COLOURS["faint"],
    "axes.labelcolor": COLOURS["text"],
    "axes.axisbelow": True,
    "xtick.color": COLOURS["text"],
    "ytick.color": COLOURS["text"],
    "text.color": COLOURS["text"],
    "grid.color": COLOURS["grid"],
    "figure.facecolor": COLOURS["ground"],
    "lines.linewidth": 4,
})


def figure(columns=1, fitted=True, **options):
    """A figure of one slide's size and its axes; fitted: without waste at the
    edges, else as its maker adjusts it."""
    edges = {"w_pad": 0.12, "h_pad": 0.15} if fitted else False
    return pyplot.subplots(
        1, columns, figsize=SIZE, constrained_layout=edges, **options
    )


def save(drawn, path, title):
    """Write a figure as SVG, the same bytes for the same data, and let it go."""
    creator = f"matplotlib {matplotlib.__version__}"
    about = {"Title": title, "Date": None, "Creator": creator}
    with whole_file.replacing(path) as file:
        drawn.savefig(file, format="svg", metadata=about)
    pyplot.close(drawn)
