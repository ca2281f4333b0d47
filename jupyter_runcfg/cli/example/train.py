"""Ridge regression by gradient descent, in the standard library alone, so that it runs anywhere.

The data are the 442 patients of the diabetes study (Efron et al., 2004): ten measurements, and how
far the disease had gone a year later.
"""

import argparse
import csv
import json
import os
import random
from operator import mul

from azureml.core import Run


def read(path):
    with open(path, newline="") as stream:
        header, *rows = csv.reader(stream)
    table = [[float(cell) for cell in row] for row in rows]
    return header[:-1], [row[:-1] for row in table], [row[-1] for row in table]


def split(rows, targets, held_out=0.2, seed=0):
    """Held-out part last; the same patients each time."""
    order = list(range(len(rows)))
    random.Random(seed).shuffle(order)
    cut = round(len(order) * (1 - held_out))
    return [([rows[i] for i in part], [targets[i] for i in part]) for part in (order[:cut], order[cut:])]


def standardise(rows, means, deviations):
    """Columns of mean 0 and deviation 1, as the training part has them."""
    return [
        [(value - mean) / deviation for value in column]
        for column, mean, deviation in zip(zip(*rows), means, deviations)
    ]


def predict(columns, weights, bias):
    totals = [bias] * len(columns[0])
    for weight, column in zip(weights, columns):
        totals = [total + weight * value for total, value in zip(totals, column)]
    return totals


def moments(rows):
    columns = list(zip(*rows))
    means = [sum(column) / len(column) for column in columns]
    variances = [
        sum((value - mean) ** 2 for value in column) / len(column)
        for column, mean in zip(columns, means)
    ]
    return means, [variance**0.5 for variance in variances]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alpha", type=float, default=0.01, help="strength of the penalty")
    parser.add_argument("--epochs", type=int, default=60, help="of a hundred steps each")
    parser.add_argument("--learning-rate", type=float, default=0.0005)
    parser.add_argument("--data", default="diabetes.csv")
    args = parser.parse_args()
    run = Run.get_context()

    names, rows, targets = read(args.data)
    (train_rows, train_targets), (test_rows, test_targets) = split(rows, targets)
    means, deviations = moments(train_rows)
    columns = standardise(train_rows, means, deviations)
    count = len(train_rows)
    print("{} patients to learn from, {} held out".format(count, len(test_rows)), flush=True)

    weights, bias = [0.0] * len(names), sum(train_targets) / count
    for epoch in range(1, args.epochs + 1):
        for _ in range(100):
            predictions = predict(columns, weights, bias)
            errors = [guess - target for guess, target in zip(predictions, train_targets)]
            bias -= args.learning_rate * 2 * sum(errors) / count
            for i, column in enumerate(columns):
                slope = 2 * sum(map(mul, errors, column)) / count + 2 * args.alpha * weights[i]
                weights[i] -= args.learning_rate * slope
        penalty = args.alpha * sum(weight * weight for weight in weights)
        loss = sum(map(mul, errors, errors)) / count + penalty
        run.log("loss", loss, step=epoch)
        print("epoch {:3d}  loss {:8.2f}".format(epoch, loss), flush=True)

    predictions = predict(standardise(test_rows, means, deviations), weights, bias)
    squares = sum((guess - target) ** 2 for guess, target in zip(predictions, test_targets))
    mean = sum(test_targets) / len(test_targets)
    rmse = (squares / len(test_targets)) ** 0.5
    r2 = 1 - squares / sum((target - mean) ** 2 for target in test_targets)
    run.log("rmse", rmse)
    run.log("r2", r2)
    print("held out: r2 {:.3f}, rmse {:.1f}".format(r2, rmse), flush=True)

    os.makedirs("outputs", exist_ok=True)
    with open(os.path.join("outputs", "model.json"), "w") as stream:
        model = {"bias": bias, "weights": dict(zip(names, weights)), "alpha": args.alpha}
        json.dump(model, stream, indent=2)


if __name__ == "__main__":
    main()
