"""Trains a model on what `collect` wrote, for `predict`.

    python3 -m venv .train && .train/bin/pip install lightgbm pandas
    .train/bin/python examples/train/train.py FOLDER
"""

import json
import sys
from pathlib import Path

import lightgbm
import numpy
import pandas

folder = Path(sys.argv[1])
view = json.loads((folder / "view.json").read_text())
rows = pandas.read_csv(folder / "training.csv")
# In the order of time: what is tested lies behind what was learned, with a gap as long as a label looks ahead.
cut = rows["at"].quantile(0.8)
learned = rows[rows["at"] < cut - 5_000]
tested = rows[rows["at"] >= cut]
columns = view["columns"]

booster = lightgbm.train(
    {"objective": "binary", "num_leaves": 15, "learning_rate": 0.05, "min_data_in_leaf": 50, "seed": 1, "verbosity": -1},
    lightgbm.Dataset(learned[columns], learned["up"]),
    num_boost_round=60,
)
chance = booster.predict(tested[columns])
right = numpy.mean((chance > 0.5) == tested["up"])
base = max(tested["up"].mean(), 1 - tested["up"].mean())
print(f"{len(learned)} rows learned, {len(tested)} tested: {right:.1%} right, {base:.1%} by always saying the same")

model = {
    "name": view["name"],
    "kind": "lightgbm",
    # A pipeline with other features refuses the model by this.
    "fingerprint": view["fingerprint"],
    "columns": columns,
    "model": booster.dump_model(),
}
(folder / "model.json").write_text(json.dumps(model) + "\n")
