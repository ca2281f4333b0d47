"""Linear regression by gradient descent, as somebody wrote it for Azure ML in 2020."""

import argparse
import json
import os
import random

from azureml.core import Run


def make_houses(count, seed):
    """Floor space in 100 m2, age in decades, price in 100,000."""
    rng = random.Random(seed)
    houses = []
    for _ in range(count):
        space, age = rng.uniform(0.4, 2.5), rng.uniform(0, 8)
        houses.append((space, age, 1.8 * space - 0.11 * age + 0.7 + rng.gauss(0, 0.15)))
    return houses


def mean_squared_error(weights, houses):
    return sum((predict(weights, house) - house[2]) ** 2 for house in houses) / len(houses)


def predict(weights, house):
    return weights[0] * house[0] + weights[1] * house[1] + weights[2]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--learning-rate", type=float, default=0.01, dest="learning_rate")
    parser.add_argument("--epochs", type=int, default=60)
    args = parser.parse_args()

    run = Run.get_context()
    run.tag("learning_rate", args.learning_rate)
    training, test = make_houses(200, seed=1), make_houses(50, seed=2)

    weights = [0.0, 0.0, 0.0]
    for epoch in range(args.epochs):
        slopes = [0.0, 0.0, 0.0]
        for house in training:
            error = predict(weights, house) - house[2]
            for index, value in enumerate((house[0], house[1], 1.0)):
                slopes[index] += 2 * error * value / len(training)
        weights = [w - args.learning_rate * slope for w, slope in zip(weights, slopes)]
        run.log("mse", mean_squared_error(weights, training))

    run.log("test_mse", mean_squared_error(weights, test))
    run.log_list("weights", weights)
    os.makedirs("outputs", exist_ok=True)
    with open(os.path.join("outputs", "model.json"), "w") as stream:
        json.dump(weights, stream)
    print("trained for", args.epochs, "epochs, weights", [round(w, 3) for w in weights])


if __name__ == "__main__":
    main()
