"""Backends that hand out things of another kind than the contract asks for, one thing each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from backends.base import Backend, Batch, Params
from tests.backends.wrong import Right, wrong


class Unspeakable:
    def __str__(self) -> str:
        raise OSError("no words")


class Starts(Right):
    def start(self) -> Any:
        return self.first[0].copy()


class Epochs(Right):
    def epoch(self, params: Params, order: np.ndarray) -> Any:
        return None


class Gradients(Right):
    def gradient(self, params: Params, batch: Batch) -> Any:
        return super().gradient(params, batch)[:1]


class Batches(Right):
    def batches(self, order: np.ndarray) -> Any:
        return None

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        for batch in Right.batches(self, order):
            params = self.step(params, batch)
        return params


class Fetches(Right):
    def fetch(self, arrays: Params) -> Any:
        return [array.tolist() for array in arrays]


class FetchesOne(Right):
    def fetch(self, arrays: Params) -> Any:
        return np.array(arrays[0])


def telling(told: object) -> Backend:
    """One whose ``facts`` returns whatever ``told`` is."""
    return wrong(Right, facts=lambda device: told)


def tells_nothing() -> Backend:
    return telling(None)


BROKEN: Mapping[str, tuple[Backend, str]] = {
    "facts None": (telling(None), "facts of backend 'Right' returned None; expected a mapping"),
    "facts a list": (telling([1]), "facts of backend 'Right' returned an object of type list"),
    "facts mute": (telling({"v": Unspeakable()}), "'v' is an object of type Unspeakable without"),
    "facts huge": (telling({"v": 10**5000}), "'v' is an object of type int without a text"),
    "prepare": (
        wrong(Right, prepare=lambda *_: None),
        "what backend 'Right' prepared is None and lacks memory, steps",
    ),
    "start": (wrong(Starts), "start returned an object of type ndarray; expected a tuple"),
    "epoch": (wrong(Epochs), "epoch returned None; expected a tuple of arrays, w and b"),
    "gradient": (
        wrong(Gradients),
        "gradient returned a tuple of 1; expected a tuple of arrays, w and b",
    ),
    "batches": (wrong(Batches), "batches returned None; expected an iterable of minibatches"),
    "fetch lists": (wrong(Fetches), "fetch returned (list, list); expected a tuple of 2 NumPy"),
    "fetch one": (wrong(FetchesOne), "fetch returned an object of type ndarray; expected a tuple"),
}
