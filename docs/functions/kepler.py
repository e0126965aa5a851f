"""A Kepler orbit found from sightings: 20 leapfrog steps, differentiated through."""

import numpy as np

PARAMS, DATA = ("state",), ("times", "sightings")
STEPS, MASS = 20, 1.0


def positions(xp, state, times):
    """(batch, 2) after ``times`` (batch,), from x, y and their velocities."""
    dt = times / STEPS
    x, y = state[0] + 0 * dt, state[1] + 0 * dt
    u, v = state[2] + 0 * dt, state[3] + 0 * dt
    for _ in range(STEPS):
        x, y = x + dt / 2 * u, y + dt / 2 * v
        pull = -MASS * dt / (x * x + y * y) ** 1.5
        u, v = u + pull * x, v + pull * y
        x, y = x + dt / 2 * u, y + dt / 2 * v
    return xp.concat((xp.reshape(x, (-1, 1)), xp.reshape(y, (-1, 1))), axis=1)


def loss(xp, params, batch):
    (state,), (times, sightings) = params, batch
    miss = positions(xp, state, times) - sightings
    return xp.sum(miss * miss) / 2


def start(rng, data, sizes):
    return (np.array([1.0, 0.0, 0.0, 1.0]) + rng.normal(0, 0.03, 4),)


def make(rng, sizes):
    times = rng.uniform(0, 2, sizes["n_examples"])
    orbit = positions(np, np.array([1.0, 0.0, 0.0, 1.1]), times)
    return times, orbit + rng.normal(0, 0.01, orbit.shape)
